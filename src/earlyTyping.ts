import * as vscode from 'vscode';
import type { Session } from './session.ts';

let answering = false;

/** Whether the request at hand is ours: a command made it, and yet nobody asked for several suggestions to choose from. */
export function isEarlyTyping(): boolean {
  return answering;
}

/**
 * The editor asks for suggestions with a key, and there is nobody to ask before the server is up: what was typed until then is
 * answered once, when it is. A document nobody has typed into since the window opened still has its first version.
 */
export function answerEarlyTyping(session: Session): vscode.Disposable {
  const waiting = session.onConnected(async () => {
    waiting.dispose();
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.scheme !== 'file' || editor.document.version <= 1) return;
    const { line, character } = editor.selection.active;
    // The editor takes its time to ask, while it still opens the window.
    void session.willAsk({ uri: editor.document.uri.toString(), position: { line, character } });
    answering = true;
    try {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    } finally {
      answering = false;
    }
  });
  return waiting;
}
