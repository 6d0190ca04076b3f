import * as vscode from 'vscode';
import { Requests } from '../../server/protocol/index.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutLinks } from '../plainText.ts';
import type { Session } from '../session.ts';
import { settingsIn, usersOwn } from '../settings.ts';
import { showsFile } from '../showsFile.ts';

/** Sets the user's own setting; `on` or `off` from the panel, which shows it, toggled without an argument. */
export async function keepTuned(session: Session, argument: unknown): Promise<void> {
  const settings = vscode.workspace.getConfiguration('repotune');
  const on = argument === 'on' || (argument !== 'off' && usersOwn('keepTuned') !== true);
  await settings.update('keepTuned', on, vscode.ConfigurationTarget.Global);
  // The panel stops asking, whatever the answer.
  await session.refresh();
  if (on && settingsIn()['keepTuned'] !== true)
    tell('Keep tuned is on in your settings, but the settings of this workspace turn it off here.');
  else if (argument === undefined)
    tell(
      on
        ? 'Keep tuned is on: the active adapter goes on learning by itself once enough is committed and the machine is idle.'
        : 'Keep tuned is off: an adapter is tuned only when you ask for it.',
    );
}

/** `asked`: `panel` from there, where it is seen. */
export async function pauseLearning(here: FolderSession, paused: boolean, asked: unknown): Promise<void> {
  await here.changeLearning(Requests.pauseLearning, { paused });
  if (asked === 'panel') return;
  tell(
    paused
      ? `Learning is paused${here.inName}: nothing is learned unasked, and nothing is recorded.`
      : `Learning is no longer paused${here.inName}.`,
  );
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(withoutLinks(message));
}

/**
 * The file named by the panel, else the active editor's, which may be in another folder than the one the window works on. Asks first, and
 * says what is kept.
 */
export async function forgetFile(session: Session, named: FolderSession, argument: unknown): Promise<void> {
  const { path, here } = typeof argument === 'string' ? { path: argument, here: named } : openFile(session, named);
  const answer = await vscode.window.showWarningMessage(
    `Forget ${vscode.workspace.asRelativePath(path)}${here.inName}?`,
    {
      modal: true,
      detail:
        'Nothing more is learned from this file or recorded of it, and what was recorded is deleted. Adapters that learned from it already keep what they know: to undo that, delete them and tune again.',
    },
    'Forget This File',
  );
  if (answer !== undefined) await here.changeLearning(Requests.forgetFile, { path });
}

export async function learnFileAgain(here: FolderSession, argument: unknown): Promise<void> {
  if (typeof argument === 'string') return await here.changeLearning(Requests.learnFileAgain, { path: argument });
  const { forgotten } = await here.learning();
  if (forgotten.length === 0) return tell('No file of this repository is forgotten.');
  const path = await vscode.window.showQuickPick(forgotten, { title: `Learn again from a file${here.inName}` });
  if (path !== undefined) await here.changeLearning(Requests.learnFileAgain, { path });
}

export async function forgetRecorded(here: FolderSession): Promise<void> {
  const { recorded, standing } = await here.learning();
  if (recorded.edits === 0 && standing === 0)
    return tell(`Nothing is recorded${here.inName}: there is nothing to forget.`);
  const answer = await vscode.window.showWarningMessage(
    `Forget what was recorded${here.inName}?`,
    {
      modal: true,
      detail:
        'The recorded edits of this repository are deleted, and what is known of lines that hold accepted suggestions. This cannot be undone.',
    },
    'Forget',
  );
  if (answer !== undefined) await here.changeLearning(Requests.forgetRecorded, {});
}

export async function forgetRecordedEdits(here: FolderSession): Promise<void> {
  const { recorded } = await here.learning();
  if (recorded.edits === 0) return tell(`No edits are recorded${here.inName}: there is nothing to forget.`);
  const edits = recorded.edits === 1 ? 'the recorded edit' : `all ${recorded.edits} recorded edits`;
  const answer = await vscode.window.showWarningMessage(
    `Forget ${edits}${here.inName}?`,
    {
      modal: true,
      detail: 'They are deleted. Adapters that learned from them keep what they know. This cannot be undone.',
    },
    'Forget',
  );
  if (answer !== undefined) await here.changeLearning(Requests.forgetRecorded, { only: 'edits' });
}

function openFile(session: Session, named: FolderSession): { readonly path: string; readonly here: FolderSession } {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !showsFile(editor)) throw new Error('Open the file to forget first.');
  const { document } = editor;
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  return { path: document.uri.fsPath, here: folder === undefined ? named : session.here(folder.uri.fsPath) };
}
