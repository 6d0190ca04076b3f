import type { RepotuneState } from '../server/protocol/index.ts';
import { isRunning } from '../server/protocol/tune.ts';

/** Runs that never come to a result are forgotten behind so many. */
const MOST_RUNS = 10;

export interface RunTab {
  /** What comes into view; null: the user's tab stays. */
  readonly tab: 'Progress' | 'Result' | null;
  /** To be kept for the next state, also over a page that was closed and made anew. */
  readonly runs: readonly string[];
}

/**
 * A run that starts shows its progress, and one that ends its result; in between the user's tab stays. `runs`: those whose progress came
 * into view, and whose result will. Pure.
 */
export function tabOfRun(
  { run, lastResult }: Pick<RepotuneState, 'run' | 'lastResult'>,
  runs: readonly string[],
): RunTab {
  if (lastResult !== null && runs.includes(lastResult.runId))
    return { tab: 'Result', runs: runs.filter((runId) => runId !== lastResult.runId) };
  if (run !== null && isRunning(run) && !run.background && !runs.includes(run.runId))
    return { tab: 'Progress', runs: [...runs, run.runId].slice(-MOST_RUNS) };
  return { tab: null, runs };
}
