import * as vscode from 'vscode';
import type { Session } from './session.ts';
import { hasJustTyped, wantsSuggestions } from './typedEarly.ts';

let answering = false;

/** Whether the request at hand is ours: a command made it, and yet nobody asked for several suggestions to choose from. */
export function isEarlyTyping(): boolean {
  return answering;
}

/**
 * The editor asks for suggestions with a key, and there is nobody to ask before the server is up: what was typed until then is
 * answered once, when it is.
 */
export function answerEarlyTyping(session: Session): vscode.Disposable {
  const activatedAt = performance.now();
  const changedAt = new WeakMap<vscode.TextDocument, number>();
  const watching = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
    if (contentChanges.length > 0 && reason === undefined) changedAt.set(document, performance.now());
  });
  const waiting = session.onConnected(() => {
    waiting.dispose();
    watching.dispose();
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.scheme !== 'file') return;
    const now = performance.now();
    const changed = changedAt.get(editor.document);
    const typing = {
      version: editor.document.version,
      sinceChangeMs: changed === undefined ? null : now - changed,
      sinceActivationMs: now - activatedAt,
    };
    if (!hasJustTyped(typing) || !wantsSuggestions(wishesFor(editor.document), editor.document.languageId)) return;
    // Nothing is lost where it fails: the next key asks.
    answer(session, editor).catch(() => {});
  });
  return vscode.Disposable.from(waiting, watching);
}

function wishesFor(document: vscode.TextDocument) {
  const completions = vscode.workspace.getConfiguration('repotune.completions', document);
  return {
    shown: vscode.workspace.getConfiguration('editor.inlineSuggest', document).get<boolean>('enabled', true),
    enabled: completions.get<boolean>('enabled', true),
    languages: completions.get<Record<string, boolean>>('languages') ?? {},
  };
}

async function answer(session: Session, { document, selection }: vscode.TextEditor): Promise<void> {
  const { line, character } = selection.active;
  // The editor takes its time to ask, while it still opens the window.
  void session.willAsk({ uri: document.uri.toString(), position: { line, character } });
  answering = true;
  try {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  } finally {
    answering = false;
  }
}
