/** The verdict on the action's runs. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';

export interface CiRun {
  readonly steps: readonly string[];
  /** The tune's adapter passed the gate. */
  readonly passed: boolean;
  /** New refs on the remote. */
  readonly published: readonly string[];
  /** Whether another clone could download what was published. */
  readonly taken: boolean;
}

/** `traces`: where the token was found afterwards. */
export function ciBars(runs: readonly CiRun[], traces: readonly string[]): Bar[] {
  const published = runs.filter((run) => run.published.length > 0);
  const refused = runs.filter(({ passed }) => !passed);
  return [
    { name: 'adapters-published', value: runs.filter(({ passed, taken }) => passed && taken).length, op: '>=', bar: 1 },
    // If every run passes, none shows that a failing one publishes nothing.
    {
      name: 'refused-but-published',
      value: shownBy(refused.length, refused.filter((run) => run.published.length > 0).length),
      op: '<=',
      bar: 0,
    },
    // Only the publishing step gets the token.
    { name: 'traces-of-credentials', value: shownBy(published.length, traces.length), op: '<=', bar: 0 },
  ];
}
