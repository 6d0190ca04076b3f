/** What a run over held-out places must have looked at. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { smallestOf } from '../shownBy.ts';

/** Of one folder: the places that were asked at, and what the base offered there. */
export interface Looked {
  readonly asked: number;
  readonly offered: number;
}

/** How good suggestions are has no bar; of a folder without any nothing is said. */
export function qualityBars(folders: readonly Looked[]): Bar[] {
  return [
    { name: 'held-out-places', value: smallestOf(folders.map(({ asked }) => asked)), op: '>=', bar: 1 },
    { name: 'suggestions-offered', value: smallestOf(folders.map(({ offered }) => offered)), op: '>=', bar: 1 },
  ];
}
