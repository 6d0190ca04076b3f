import * as vscode from 'vscode';
import { backendDownload } from '../server/common/backendCatalogue.ts';
import type { Session } from './session.ts';
import { whenKeys } from './whenKeys.ts';

/** Keys of `when` clauses, each told to the editor only when it changes. */
export class ContextKeys {
  readonly #told = new Map<string, boolean>();

  set(key: string, value: boolean): void {
    if (this.#told.get(key) === value) return;
    this.#told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}

/**
 * Keeps the `when` clauses of package.json true: what the state says, and `repotune.offersCuda`, told here since the editor's own keys are
 * of the machine with the screen.
 */
export function followContextKeys(session: Session): vscode.Disposable {
  const keys = new ContextKeys();
  keys.set('repotune.offersCuda', backendDownload('cuda') !== null);
  return session.onChanged(() => {
    for (const [key, value] of Object.entries(whenKeys(session.state))) keys.set(key, value);
  });
}
