/** What is asked before a tune is stopped: nothing of it can be brought back. No vscode here. */
import { duration } from '../server/common/format.ts';
import type { RepotuneState } from '../server/protocol/index.ts';
import { isRunning, type TuneProgress } from '../server/protocol/tune.ts';
import { canBeHeld } from './describe.ts';

/** What a run has learned in less time is soon learned again. */
const SOON_REPEATED_MS = 60_000;

export interface StopQuestion {
  readonly message: string;
  readonly detail: string;
  /** Whether pausing is an answer too. */
  readonly mayPause: boolean;
  /** The button that leaves the run alone. */
  readonly goOn: string;
}

/**
 * null: it is stopped without a question. `byNotification`: by the one button that its notification has, which also is the only way to
 * get rid of the notification.
 */
export function stopQuestion(
  state: Pick<RepotuneState, 'run' | 'paused' | 'waitsForPower'>,
  runId: string | undefined,
  nowMs: number,
  byNotification: boolean,
): StopQuestion | null {
  const { run, paused } = state;
  if (run === null || run.runId !== runId || !isRunning(run) || run.background) return null;
  if (!byNotification && nowMs - run.startedAtMs < SOON_REPEATED_MS) return null;
  const mayPause = !paused && run.stage === 'training' && canBeHeld(state);
  return {
    message: byNotification ? 'Stop the tune, or only hide its notification?' : 'Stop the tune?',
    detail: [
      lossOf(run, nowMs),
      ...(mayPause ? ['Paused, it keeps that and goes on when you resume it.'] : []),
      ...(byNotification ? ['With its notification hidden it goes on, and the panel shows it.'] : []),
    ].join(' '),
    mayPause,
    goOn: byNotification ? 'Hide Notification' : 'Cancel',
  };
}

function lossOf({ step, startedAtMs }: TuneProgress, nowMs: number): string {
  const spent = `It began ${duration((nowMs - startedAtMs) / 1000)} ago`;
  return step === 0 ? `${spent}.` : `${spent}, and what it has learned since then is lost if it is stopped.`;
}
