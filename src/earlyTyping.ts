import * as vscode from 'vscode';
import { hasJustTyped, wantsSuggestions } from './typedEarly.ts';
import { writtenSchemes } from './writtenSchemes.ts';

let answering = false;

/** Whether the current request is our own: made by a command, although the user did not ask for suggestions to choose from. */
export function isEarlyTyping(): boolean {
  return answering;
}

/**
 * The editor asks for suggestions at a keystroke, and before the extension is activated it has no one to ask: what was typed until then is
 * answered once.
 */
export async function answerEarlyTyping(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !writtenSchemes.has(document.uri.scheme) || !hasJustTyped(document.version)) return;
  if (!wantsSuggestions(wishesFor(document), document.languageId)) return;
  answering = true;
  try {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  } catch {
    // Nothing is lost: the next keystroke asks.
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
