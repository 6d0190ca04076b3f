/** What the runs of the action show. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';

export interface CiRun {
  readonly steps: readonly string[];
  /** The tune's adapter passed the gate. */
  readonly passed: boolean;
  /** New refs at the remote. */
  readonly published: readonly string[];
  /** Another clone could take what was published. */
  readonly taken: boolean;
}

/** `traces`: where the token was found afterwards. */
export function ciBars(runs: readonly CiRun[], traces: readonly string[]): Bar[] {
  const published = runs.filter((run) => run.published.length > 0);
  const refused = runs.filter(({ passed }) => !passed);
  return [
    { name: 'adapters-published', value: runs.filter(({ passed, taken }) => passed && taken).length, op: '>=', bar: 1 },
    // Where every run passes, none shows that one which does not publishes nothing.
    {
      name: 'refused-but-published',
      value: shownBy(refused.length, refused.filter((run) => run.published.length > 0).length),
      op: '<=',
      bar: 0,
    },
    // The step that publishes alone is given the token.
    { name: 'traces-of-credentials', value: shownBy(published.length, traces.length), op: '<=', bar: 0 },
  ];
}
