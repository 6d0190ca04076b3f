import * as vscode from 'vscode';
import type { Session } from '../session.ts';
import { settingsIn } from '../settings.ts';

/** Switching takes moments; a server that does not answer is not waited for any longer. */
const SWITCH_MS = 30_000;

/** Makes a file the base model, and waits until the server uses it. */
export async function useBase(session: Session, path: string): Promise<void> {
  const switched = isUsed(session, path);
  await chooseBase(session, path);
  if (!(await switched))
    throw new Error(`The base model was not switched to ${path}. Choose it with "Repotune: Choose Base Model…".`);
}

/**
 * Makes a file the base model; undefined: the bundled one. @throws where another place of the settings says otherwise: in a remote window
 * the editor writes those of the remote machine, and a line in the user's own stays.
 */
export async function chooseBase(session: Session, path: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('repotune').update('model.path', path, vscode.ConfigurationTarget.Global);
  const { path: inEffect } = settingsIn()['model'] as { path: string };
  if (inEffect !== (path ?? ''))
    throw new Error(
      `The base model stays ${inEffect}: your settings name it in another place, which this cannot change. Search the settings for repotune.model.path in User, Remote and Workspace, and clear it there.`,
    );
  await session.refresh();
}

/** Whether the server switches to the file in time. It never switches to an unusable one, and says so itself. */
export function isUsed(session: Session, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (used: boolean): void => {
      clearTimeout(late);
      following.dispose();
      resolve(used);
    };
    const late = setTimeout(() => end(false), SWITCH_MS);
    const following = session.onChanged(() => {
      if (session.state?.base?.path === path) end(true);
    });
  });
}
