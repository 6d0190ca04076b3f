import type { RepotuneState } from '../server/protocol/index.ts';
import { isRunning } from '../server/protocol/tune.ts';

/** Runs remembered at most: those whose end is never seen drop out. */
const MOST_RUNS = 10;

export interface RunTab {
  /** The tab to show; null: the user's tab stays. */
  readonly tab: 'Progress' | 'Result' | null;
  /** To be kept for the next state, even if the page is closed and recreated. */
  readonly runs: readonly string[];
}

/**
 * A starting run brings up its progress, a finished one its result, and a failed one how far it came and why; in between the user's tab
 * stays. `runs`: those whose progress was brought into view, and whose end will be. Pure.
 */
export function tabOfRun(
  { run, lastResult }: Pick<RepotuneState, 'run' | 'lastResult'>,
  runs: readonly string[],
): RunTab {
  if (lastResult !== null && runs.includes(lastResult.runId))
    return { tab: 'Result', runs: runs.filter((runId) => runId !== lastResult.runId) };
  if (run !== null && isRunning(run) && !run.background && !runs.includes(run.runId))
    return { tab: 'Progress', runs: [...runs, run.runId].slice(-MOST_RUNS) };
  if (run?.stage === 'failed' && runs.includes(run.runId))
    return { tab: 'Progress', runs: runs.filter((runId) => runId !== run.runId) };
  return { tab: null, runs };
}
