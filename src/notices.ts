import * as vscode from 'vscode';
import type { Notice } from '../server/protocol/index.ts';
import { withoutLinks } from './plainText.ts';
import type { Session } from './session.ts';

const show = {
  info: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} satisfies Record<Notice['severity'], typeof vscode.window.showInformationMessage>;

/** One notification per notice, with its one button; none for what the panel is showing anyway. The server sends each once. */
export function showNotices(session: Session, panel: { readonly visible: boolean }): vscode.Disposable {
  return session.onNotice(async ({ severity, message, inPanel, action }) => {
    if (inPanel && panel.visible) return;
    const titles = action ? [action.title] : [];
    const chosen = await show[severity](withoutLinks(message), ...titles);
    if (action && chosen === action.title)
      await vscode.commands.executeCommand(action.command, action.argument, action.folder);
  });
}
