/** The verdict on a cluster's tunes. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { largestOf, shownBy } from '../shownBy.ts';
import type { Beside } from './besideLocal.ts';
import type { Outcome } from './submitHere.ts';

export interface ClusterSeen {
  readonly outcomes: readonly Outcome[];
  readonly beside: readonly Beside[];
  readonly bytesSent: number;
  /** How many of these are not among what may be sent. */
  readonly bytesOutside: number;
}

export function clusterBars({ outcomes, beside, bytesSent, bytesOutside }: ClusterSeen): Bar[] {
  const finished = outcomes.filter(({ kind }) => kind === 'done');
  const activated = finished.filter(({ result }) => Object(result).activated);
  return [
    { name: 'adapters-through-the-gate', value: activated.length, op: '>=', bar: 1 },
    {
      name: 'loss-difference-to-local-percent',
      value: largestOf(beside.map(({ differencePercent }) => differencePercent)),
      op: '<=',
      bar: 1,
    },
    // If no task was disturbed, nothing was shown.
    {
      name: 'lost-worker-runs-lost',
      value: shownBy(lostWorkers(outcomes), outcomes.length - finished.length),
      op: '<=',
      bar: 0,
    },
    { name: 'bytes-sent-outside-pairs', value: shownBy(bytesSent, bytesOutside), op: '<=', bar: 0 },
  ];
}

/** How often tasks were lost in runs that still finished. */
export function lostWorkers(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, one) => (one.kind === 'done' ? sum + Number(one.lost) : sum), 0);
}
