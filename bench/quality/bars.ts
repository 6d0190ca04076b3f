/** What a run over held-out places must have looked at. Pure. */
import type { Bar } from '../../server/common/bars.ts';

/** Of one folder: the places that were asked at, and what the base offered there. */
export interface Looked {
  readonly asked: number;
  readonly offered: number;
}

/** How good suggestions are has no bar; of a folder without any nothing is said. */
export function qualityBars(folders: readonly Looked[]): Bar[] {
  const fewest = (of: (one: Looked) => number): number => (folders.length === 0 ? 0 : Math.min(...folders.map(of)));
  return [
    { name: 'held-out-places', value: fewest(({ asked }) => asked), op: '>=', bar: 1 },
    { name: 'suggestions-offered', value: fewest(({ offered }) => offered), op: '>=', bar: 1 },
  ];
}
