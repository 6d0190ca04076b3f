/** The only file that knows the toolkit: replacing the toolkit means replacing this file. */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeDropdown, vsCodeOption } from '@vscode/webview-ui-toolkit';

export type { Dropdown } from '@vscode/webview-ui-toolkit';

/** Defines `vscode-button`, `vscode-dropdown` and `vscode-option`. */
export function defineElements(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption());
}
