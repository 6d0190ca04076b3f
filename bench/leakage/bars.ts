/** What finished data sets show about leaks. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { largestOf, shownBy, total } from '../shownBy.ts';

export interface Row {
  readonly repository: string;
  readonly split: string;
  readonly heldOut: number;
  /** NaN if there was no held-out pair even before dropping those shared with training. */
  readonly droppedPercent: number;
  readonly sharedWindows: number;
  readonly windows: number;
}

export interface EditRow {
  readonly repository: string;
  readonly heldOut: number;
  readonly dropped: number;
  readonly sharedLines: number;
}

/** A folder without history has no held-out edits, and shows nothing about them. */
export function leakageBars(rows: readonly Row[], edits: readonly EditRow[]): Bar[] {
  const dropped = rows.map(({ droppedPercent }) => droppedPercent).filter((percent) => !Number.isNaN(percent));
  return [
    atMost('shared-edit-lines', sharedOf(edits, 'heldOut', 'sharedLines'), 0),
    atMost('shared-windows', sharedOf(rows, 'windows', 'sharedWindows'), 0),
    atMost('held-out-dropped-percent', largestOf(dropped), 20),
  ];
}

function atMost(name: string, value: number, bar: number): Bar {
  return { name, value, op: '<=', bar };
}

/** The findings of all rows, provided anything was examined. */
function sharedOf<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], looked: Key, found: Key): number {
  return shownBy(total(rows.map((row) => row[looked])), total(rows.map((row) => row[found])));
}
