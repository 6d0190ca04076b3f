import * as vscode from 'vscode';
import { backendDownload } from '../server/common/backendCatalogue.ts';
import { mayHaveNvidia } from './nvidia.ts';
import type { Session } from './session.ts';
import { showsFile } from './showsFile.ts';
import { whenKeys } from './whenKeys.ts';

/** Context keys of `when` clauses, each sent to the editor only when it changes. */
export class ContextKeys {
  readonly #told = new Map<string, boolean>();

  set(key: string, value: boolean): void {
    if (this.#told.get(key) === value) return;
    this.#told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}

/**
 * Keeps the context keys that package.json uses up to date: those from the state and the active editor, and `repotune.offersCuda`, which is
 * set here since the editor's own platform keys describe the machine with the screen.
 */
export function followContextKeys(session: Session): vscode.Disposable {
  const keys = new ContextKeys();
  if (backendDownload('cuda') !== null) void mayHaveNvidia().then((has) => keys.set('repotune.offersCuda', has));
  const lookAtEditor = (): void => keys.set('repotune.showsFile', showsFile(vscode.window.activeTextEditor));
  lookAtEditor();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(lookAtEditor),
    session.onChanged(() => {
      for (const [key, value] of Object.entries(whenKeys(session.state))) keys.set(key, value);
    }),
  );
}
