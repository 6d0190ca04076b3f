import * as vscode from 'vscode';
import type { ServedFolder } from '../../server/protocol/index.ts';
import type { ShownTab } from '../../webview/messages.ts';
import type { ChosenFolder } from '../chosenFolder.ts';
import type { FolderSession } from '../folderSession.ts';
import { withoutIcons } from '../plainText.ts';
import type { Session } from '../session.ts';

interface Item extends vscode.QuickPickItem {
  /** null: the active editor's folder. */
  readonly path: string | null;
}

/** Chooses the folder this window works on: the given one, '' for the active editor's, else one picked from a list. */
export async function chooseFolder(session: Session, folder: ChosenFolder, argument: unknown): Promise<void> {
  if (typeof argument === 'string') return folder.pin(argument === '' ? null : argument);
  const folders = session.state?.folders ?? [];
  const { followsEditor, path: chosen } = folder;
  const name = folders.find(({ path }) => path === chosen)?.name ?? '';
  const check = (on: boolean): string => (on ? '$(check) ' : '');
  const follow: Item = {
    label: `${check(followsEditor)}Follow the active editor`,
    description: followsEditor ? name : '',
    path: null,
  };
  const items = folders.map((one): Item => {
    const item = toItem(one);
    return { ...item, label: `${check(!followsEditor && one.path === chosen)}${item.label}` };
  });
  const picked = await vscode.window.showQuickPick([follow, ...items], {
    title: 'Choose the folder Repotune works on',
    placeHolder:
      'Tuning, adapters and sharing apply to this folder; each file is completed by the adapter of its own folder',
    matchOnDescription: true,
  });
  if (picked) folder.pin(picked.path);
}

/**
 * The folder to tune on: `here`, unless that is only the first of several and no editor was open that could tell. Then it is asked for, and
 * worked on from then on. Null: none is wanted.
 */
export async function folderToTune(
  session: Pick<Session, 'here' | 'state' | 'refresh'>,
  folder: Pick<ChosenFolder, 'isGuess' | 'looksAt'>,
  here: FolderSession,
): Promise<FolderSession | null> {
  if (!folder.isGuess) return here;
  if (session.state === null) await session.refresh();
  const picked = await vscode.window.showQuickPick((session.state?.folders ?? []).map(toItem), {
    title: 'Choose the folder to tune on',
    matchOnDescription: true,
  });
  if (picked === undefined) return null;
  folder.looksAt(picked.path);
  return session.here(picked.path);
}

function toItem({ path, name, adapter }: ServedFolder): vscode.QuickPickItem & { readonly path: string } {
  const detail = adapter === null ? 'uses the base model' : `uses the adapter ${withoutIcons(adapter)}`;
  return { label: withoutIcons(name), description: withoutIcons(path), detail, path };
}

/** Brings a folder's state into view. */
export async function showFolder(folder: ChosenFolder, argument: unknown): Promise<void> {
  if (typeof argument === 'string') folder.pin(argument);
  await vscode.commands.executeCommand('repotune.panel.focus');
}

/** Brings parts of the panel into view. */
export interface PanelTabs {
  /** Shows the tab as soon as there is a panel. */
  show(tab: ShownTab): void;
}

/** Brings a folder's last run into view: its result, or its progress. */
export async function showRun(folder: ChosenFolder, panel: PanelTabs, tab: ShownTab, argument: unknown): Promise<void> {
  if (typeof argument === 'string' && argument !== folder.path) folder.pin(argument);
  panel.show(tab);
  await vscode.commands.executeCommand('repotune.panel.focus');
}
