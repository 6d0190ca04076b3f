import * as vscode from 'vscode';
import type { Session } from '../session.ts';

/** Switching is a matter of moments; a server that does not answer is not waited for. */
const SWITCH_MS = 30_000;

/** Makes a file the base model, and waits until the server works with it. */
export async function useBase(session: Session, path: string): Promise<void> {
  const switched = Promise.withResolvers<void>();
  const following = session.onChanged(() => {
    if (session.state?.base?.path === path) switched.resolve();
  });
  const late = setTimeout(
    () => switched.reject(new Error(`The base model was not switched to ${path}. Choose it with Choose Base Model…`)),
    SWITCH_MS,
  );
  try {
    await vscode.workspace.getConfiguration('repotune').update('model.path', path, vscode.ConfigurationTarget.Global);
    await session.refresh();
    await switched.promise;
  } finally {
    clearTimeout(late);
    following.dispose();
  }
}
