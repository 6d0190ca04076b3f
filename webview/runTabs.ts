import type { RepotuneState } from '../server/protocol/index.ts';
import { isRunning } from '../server/protocol/tune.ts';

/** Runs whose end is never seen are forgotten behind so many. */
const MOST_RUNS = 10;

export interface RunTab {
  /** What comes into view; null: the user's tab stays. */
  readonly tab: 'Progress' | 'Result' | null;
  /** To be kept for the next state, also over a page that was closed and made anew. */
  readonly runs: readonly string[];
}

/**
 * A run that starts shows its progress, one that ends its result, and one that fails how far it came and why; in between the user's tab
 * stays. `runs`: those whose progress came into view, and whose end will. Pure.
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
