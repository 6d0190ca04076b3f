import * as vscode from 'vscode';
import type { Session } from './session.ts';

/**
 * The editor asks for suggestions with a key, and there is nobody to ask before the server is up: what was typed until then is
 * answered once, when it is. A document nobody has typed into since the window opened still has its first version.
 */
export function answerEarlyTyping(session: Session): vscode.Disposable {
  const waiting = session.onChanged(({ kind }) => {
    if (kind !== 'live') return;
    waiting.dispose();
    const document = vscode.window.activeTextEditor?.document;
    if (document?.uri.scheme === 'file' && document.version > 1)
      void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  });
  return waiting;
}
