import * as vscode from 'vscode';
import type { Preset } from '../../server/protocol.ts';
import type { Session } from '../session.ts';

const presets: readonly Preset[] = ['quick', 'balanced', 'thorough'];

/** Starts a run on the given folder, or on the one the user picks among several, and opens the panel. */
export async function tune(session: Session, argument: unknown, preset?: Preset): Promise<void> {
  const folder = typeof argument === 'string' ? argument : await pickFolder();
  if (folder === undefined) return;
  const opening = vscode.commands.executeCommand('repotune.panel.focus');
  const answer = await session.tune(preset ? { folder, preset } : { folder });
  await opening;
  if (answer.kind === 'refused') await vscode.window.showErrorMessage(answer.message);
}

/** From the panel, with the size the user chose there. */
export async function tunePreset(session: Session, argument: unknown): Promise<void> {
  const preset = presets.find((known) => known === argument);
  return tune(session, undefined, preset);
}

/** Goes on from the active adapter, on what has changed since. */
export async function tuneOn(session: Session): Promise<void> {
  const opening = vscode.commands.executeCommand('repotune.panel.focus');
  const answer = await session.tune({ continueFrom: 'active' });
  await opening;
  if (answer.kind === 'refused') await vscode.window.showErrorMessage(answer.message);
}

export async function stopTuning(session: Session): Promise<void> {
  if (!(await session.stopTuning())) await vscode.window.showInformationMessage('Repotune is not tuning now.');
}

async function pickFolder(): Promise<string | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new Error('Open the folder of a repository first: there is nothing to tune on.');
  if (folders.length === 1) return folders[0]!.uri.fsPath;
  const picked = await vscode.window.showWorkspaceFolderPick({ placeHolder: 'The repository to tune on' });
  return picked?.uri.fsPath;
}
