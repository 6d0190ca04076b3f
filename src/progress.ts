import * as vscode from 'vscode';
import type { TuneProgress } from '../server/protocol/tune.ts';
import { folderName, progressLine, progressShare, toldRun } from './describe.ts';
import { withoutLinks } from './plainText.ts';
import { followRuns, type RunNotice } from './runNotices.ts';
import type { Session } from './session.ts';

/** Shows a run as the editor's own progress notification with Cancel, for users who have not had it in view in the panel. */
export function showTuneProgress(session: Session, panel: { readonly visible: boolean }): vscode.Disposable {
  const follow = followRuns(
    (run) => openNotification(run, folderName(session.state, run.folder)),
    () => panel.visible,
  );
  return session.onChanged(() => {
    const run = session.state && toldRun(session.state);
    // A background run was not requested: the panel and the status item show it quietly.
    follow(run?.background ? null : run);
  });
}

/** `folder`: its name if the window has several. */
function openNotification({ runId }: TuneProgress, folder: string | null): RunNotice {
  const closed = Promise.withResolvers<void>();
  let latest: TuneProgress | null = null;
  let show = (run: TuneProgress): void => {
    latest = run;
  };
  void vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: folder === null ? 'Repotune' : withoutLinks(`Repotune: ${folder}`),
      cancellable: true,
    },
    (progress, token) => {
      let percent = 0;
      show = (run) => {
        const next = Math.round(100 * progressShare(run));
        progress.report({ message: withoutLinks(progressLine(run)), increment: Math.max(0, next - percent) });
        percent = Math.max(percent, next);
      };
      // The editor may open it with a delay.
      if (latest !== null) show(latest);
      token.onCancellationRequested(() => {
        // The run may go on, without it.
        show = () => {};
        closed.resolve();
        void vscode.commands.executeCommand('repotune.stopOrHide', runId);
      });
      return closed.promise;
    },
  );
  return { update: (run) => show(run), close: closed.resolve };
}
