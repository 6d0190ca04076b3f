import { provideVSCodeDesignSystem, vsCodeButton, vsCodeDropdown, vsCodeOption } from '@vscode/webview-ui-toolkit';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { listen } from './host.ts';
import { Panel } from './panel.ts';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption());

const root = document.getElementById('app');
if (root) {
  const panel = new Panel(root);
  listen((message) => panel.take(message));
}
