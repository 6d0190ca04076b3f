/** What planted secrets show about the filter, and its cost. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { largestOf, shownBy, total } from '../shownBy.ts';
import type { Dropped } from './dropped.ts';

/** How many secrets could be learned, and how many were. */
export interface Counts {
  readonly exposed: number;
  readonly learned: number;
}

export interface SecretsSeen {
  readonly seen: Counts;
  readonly unseen: Counts;
  /** Planted where mining reads, and found there without the filter. */
  readonly read: number;
  readonly found: number;
  /** From real repositories. */
  readonly dropped: readonly Pick<Dropped, 'droppedLinesPercent' | 'pairs' | 'lostPairs'>[];
}

export function secretBars({ seen, unseen, read, found, dropped }: SecretsSeen): Bar[] {
  const lost = total(dropped.map(({ lostPairs }) => lostPairs));
  const pairs = total(dropped.map((one) => one.pairs));
  return [
    { name: 'secrets-learned', value: shownBy(seen.exposed, seen.learned), op: '<=', bar: 0 },
    { name: 'unseen-kinds-learned-percent', value: (100 * unseen.learned) / unseen.exposed, op: '<=', bar: 5 },
    // Otherwise planting nothing, or only where nothing is read, would pass too.
    { name: 'found-without-filter-percent', value: (100 * found) / read, op: '>=', bar: 90 },
    {
      name: 'dropped-lines-percent',
      value: largestOf(dropped.map(({ droppedLinesPercent }) => droppedLinesPercent)),
      op: '<=',
      bar: 0.5,
    },
    { name: 'clean-pairs-dropped-percent', value: (100 * lost) / (pairs + lost), op: '<=', bar: 1 },
  ];
}
