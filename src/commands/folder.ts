import * as vscode from 'vscode';
import type { ShownTab } from '../../webview/messages.ts';
import type { ChosenFolder } from '../chosenFolder.ts';
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
  const items = folders.map(({ path, name, adapter }): Item => {
    const pinned = !followsEditor && path === chosen;
    const detail = adapter === null ? 'uses the base model' : `uses the adapter ${withoutIcons(adapter)}`;
    return { label: `${check(pinned)}${withoutIcons(name)}`, description: withoutIcons(path), detail, path };
  });
  const picked = await vscode.window.showQuickPick([follow, ...items], {
    title: 'Choose the folder Repotune works on',
    placeHolder:
      'Tuning, adapters and sharing apply to this folder; each file is completed by the adapter of its own folder',
    matchOnDescription: true,
  });
  if (picked) folder.pin(picked.path);
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
