import * as vscode from 'vscode';
import { backendDownload } from '../server/common/backendCatalogue.ts';
import { isRunning } from '../server/protocol/tune.ts';
import type { Session } from './session.ts';

/**
 * Keeps the `when` clauses of package.json true: `repotune.tuning`, `repotune.paused`, `repotune.hasAdapter`, and
 * `repotune.offersCuda`, told here since the editor's own keys are of the machine with the screen.
 */
export function followContextKeys(session: Session): vscode.Disposable {
  const shown = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  set('repotune.offersCuda', backendDownload('cuda') !== null);
  return session.onChanged(() => {
    const { state } = session;
    set('repotune.tuning', state?.run ? isRunning(state.run) && !state.run.background : false);
    set('repotune.paused', state?.paused ?? false);
    set('repotune.hasAdapter', (state?.adapters.length ?? 0) > 0);
  });
}
