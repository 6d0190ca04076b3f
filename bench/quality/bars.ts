/** What a run over held-out places must have examined. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { smallestOf } from '../shownBy.ts';

/** For one folder: the places tried, and what the base offered there. */
export interface Looked {
  readonly asked: number;
  readonly offered: number;
}

/** There is no bar on the quality of suggestions; but a folder without any says nothing. */
export function qualityBars(folders: readonly Looked[]): Bar[] {
  return [
    { name: 'held-out-places', value: smallestOf(folders.map(({ asked }) => asked)), op: '>=', bar: 1 },
    { name: 'suggestions-offered', value: smallestOf(folders.map(({ offered }) => offered)), op: '>=', bar: 1 },
  ];
}
