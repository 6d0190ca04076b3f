import * as vscode from 'vscode';
import { type Explanation, Requests } from '../../server/protocol/index.ts';
import type { ActiveDocument } from '../activeDocument.ts';
import { editorFolder } from '../chosenFolder.ts';
import { statusText } from '../describe.ts';
import { withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';

const SHOW = 'Show It';
const ASK = 'Ask Anyway';
const LARGER = 'Choose Base Model…';
const EDITOR_SETTINGS = 'Open Settings';

/** Says why nothing is suggested at the cursor, and offers what would bring something. Nothing is kept for it while somebody types. */
export async function explainSilence(
  session: Pick<Session, 'panel' | 'request'>,
  { current }: Pick<ActiveDocument, 'current'>,
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    await vscode.window.showInformationMessage('Open a file and put the cursor where you miss a suggestion.');
    return;
  }
  const { panel } = session;
  // A run does not keep suggestions from coming.
  const resting = panel.kind === 'live' ? { ...panel, state: { ...panel.state, run: null } } : panel;
  const { tooltip, isWanted } = statusText(resting, editorFolder(), current);
  // What holds for the whole file is known already.
  if (!isWanted) {
    await vscode.window.showInformationMessage(withoutLinks(tooltip));
    return;
  }
  const { document, selection } = editor;
  if (!vscode.workspace.getConfiguration('editor.inlineSuggest', document).get<boolean>('enabled', true)) {
    const wanted = await vscode.window.showInformationMessage(
      'The setting editor.inlineSuggest.enabled is off, so the editor shows no suggestions in this file.',
      EDITOR_SETTINGS,
    );
    if (wanted === EDITOR_SETTINGS)
      await vscode.commands.executeCommand('workbench.action.openSettings', 'editor.inlineSuggest.enabled');
    return;
  }
  const { uri, languageId } = document;
  const place = { uri: uri.toString(), languageId, offset: document.offsetAt(selection.active) };
  const explanation = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Repotune: looking for a suggestion' },
    () => session.request(Requests.explain, place),
  );
  const isSmall = panel.kind === 'live' && panel.state.base?.bundled === true;
  const chosen = await vscode.window.showInformationMessage(
    withoutLinks(explanation.text),
    ...buttonsFor(explanation, isSmall),
  );
  if (chosen === LARGER) await vscode.commands.executeCommand('repotune.chooseModel');
  if (chosen !== SHOW && chosen !== ASK) return;
  await vscode.window.showTextDocument(document, {
    viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active,
    selection,
  });
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

function buttonsFor({ more, ofModel }: Explanation, isSmall: boolean): string[] {
  const asks = more === null ? [] : [more === 'show' ? SHOW : ASK];
  return [...asks, ...(isSmall && ofModel ? [LARGER] : [])];
}
