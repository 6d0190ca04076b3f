import * as vscode from 'vscode';
import { isRunning } from './describe.ts';
import type { Session } from './session.ts';

/** Keeps the `when` clauses of package.json true: `repotune.tuning`, `repotune.paused`, `repotune.hasAdapter`. */
export function followContextKeys(session: Session): vscode.Disposable {
  const shown = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  return session.onChanged(() => {
    const { state } = session;
    set('repotune.tuning', state?.run ? isRunning(state.run) : false);
    set('repotune.paused', state?.paused ?? false);
    set('repotune.hasAdapter', (state?.adapters.length ?? 0) > 0);
  });
}
