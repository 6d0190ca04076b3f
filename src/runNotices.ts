/** One notice per running run: opened, kept up to date, closed. No vscode here. */
import { isRunning, type TuneProgress } from '../server/protocol/tune.ts';

export interface RunNotice {
  update(run: TuneProgress): void;
  close(): void;
}

/**
 * Returns the function to call at every change. `null`: nothing runs, or it is unknown; a run reported again after that, as when the server
 * was restarted meanwhile, gets a new notice. A run that was `inView` gets none from then on: the notice would cover code for all of a run's
 * half hour to say the same again.
 */
export function followRuns(
  open: (run: TuneProgress) => RunNotice,
  inView: () => boolean,
): (run: TuneProgress | null) => void {
  let shown: { readonly runId: string; readonly notice: RunNotice } | null = null;
  let seen: string | null = null;
  return (run) => {
    if (run !== null && isRunning(run) && inView()) seen = run.runId;
    const running = run !== null && isRunning(run) && run.runId !== seen ? run : null;
    if (shown !== null && shown.runId !== running?.runId) {
      shown.notice.close();
      shown = null;
    }
    if (running === null) return;
    shown ??= { runId: running.runId, notice: open(running) };
    shown.notice.update(running);
  };
}
