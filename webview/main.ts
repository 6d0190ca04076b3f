import 'uplot/dist/uPlot.min.css';
import './style.css';
import { listen } from './host.ts';
import { Panel } from './panel.ts';
import { defineElements } from './toolkit.ts';

defineElements();

const root = document.getElementById('app');
if (root) {
  const panel = new Panel(root);
  listen((message) => panel.take(message));
}
