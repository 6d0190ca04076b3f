import * as vscode from 'vscode';
import { hasJustTyped, wantsSuggestions } from './typedEarly.ts';

let answering = false;

/** Whether the request at hand is ours: a command made it, and yet nobody asked for several suggestions to choose from. */
export function isEarlyTyping(): boolean {
  return answering;
}

/**
 * The editor asks for suggestions with a key, and before the extension is activated there is nobody to ask: what was typed until then is
 * answered once.
 */
export async function answerEarlyTyping(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme !== 'file' || !hasJustTyped(document.version)) return;
  if (!wantsSuggestions(wishesFor(document), document.languageId)) return;
  answering = true;
  try {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  } catch {
    // Nothing is lost: the next key asks.
  } finally {
    answering = false;
  }
}

function wishesFor(document: vscode.TextDocument) {
  const completions = vscode.workspace.getConfiguration('repotune.completions', document);
  return {
    shown: vscode.workspace.getConfiguration('editor.inlineSuggest', document).get<boolean>('enabled', true),
    enabled: completions.get<boolean>('enabled', true),
    languages: completions.get<Record<string, boolean>>('languages') ?? {},
  };
}
