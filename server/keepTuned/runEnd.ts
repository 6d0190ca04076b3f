/** How a run that nobody asked for ended, and what is recorded of it. Pure. */
import type { TuneResult } from '../protocol/index.ts';
import type { LastAttempt } from './conditions.ts';

export type KeptEnd =
  | { readonly kind: 'done'; readonly result: Pick<TuneResult, 'activated' | 'reason'> }
  | { readonly kind: 'failed'; readonly message: string }
  /** `madeWay`: for a key or another run, and not by its user's choice. */
  | { readonly kind: 'stopped'; readonly madeWay: boolean };

/** Up to where something has been tried. */
export type Tried = Pick<LastAttempt, 'commit' | 'editsUntilMs'>;

/** `attempt`: the run's, begun where `since` says. `attempt` of the answer: null if nothing is recorded. */
export function whatRemains(
  end: KeptEnd,
  { attempt, since }: { readonly attempt: LastAttempt; readonly since: Tried },
  atMs: number,
  typing: boolean,
): { readonly log: string; readonly attempt: LastAttempt | null } {
  switch (end.kind) {
    case 'done':
      return { log: end.result.reason, attempt: { ...attempt, atMs, failures: 0 } };
    case 'failed':
      return {
        log: `the run failed. ${end.message}`,
        // What it was to learn is tried again, after a pause that grows: a disk that was full need not be so then.
        attempt: { ...attempt, ...since, atMs, failures: attempt.failures + 1 },
      };
    case 'stopped':
      if (!end.madeWay) return { log: 'the run was stopped.', attempt: { ...attempt, atMs } };
      // Nothing counts as tried: what it was to learn is tried again, after typing as soon as the machine is idle.
      if (typing) return { log: 'the run made way for typing.', attempt: null };
      // The time alone counts: what it made way for has the machine now, perhaps in another window.
      return { log: 'the run made way, and is tried again later.', attempt: { ...attempt, ...since, atMs } };
  }
}
