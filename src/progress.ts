import * as vscode from 'vscode';
import { isRunning, progressLine, progressShare } from './describe.ts';
import type { Session } from './session.ts';

/** A run also shows as the editor's own progress notification with its Cancel, for whoever has the panel closed. */
export function showTuneProgress(session: Session): vscode.Disposable {
  let shown: string | null = null;
  return session.onChanged(() => {
    const run = session.state?.run;
    if (!run || !isRunning(run) || shown === run.runId) return;
    shown = run.runId;
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'Repotune', cancellable: true },
      (progress, token) =>
        new Promise<void>((resolve) => {
          let percent = 0;
          const cancel = token.onCancellationRequested(() => session.stopTuning());
          const follow = session.onChanged(() => {
            const now = session.state?.run;
            if (session.panel.kind === 'live' && now?.runId === shown && isRunning(now)) {
              const next = Math.round(100 * progressShare(now));
              progress.report({ message: progressLine(now), increment: Math.max(0, next - percent) });
              percent = Math.max(percent, next);
              return;
            }
            cancel.dispose();
            follow.dispose();
            resolve();
          });
        }),
    );
  });
}
