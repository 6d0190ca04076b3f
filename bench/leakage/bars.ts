/** What finished datasets show of leaks. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { largestOf, shownBy, total } from '../shownBy.ts';

export interface Row {
  readonly repository: string;
  readonly split: string;
  readonly heldOut: number;
  /** NaN where there was no held-out pair before what training has too was dropped. */
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

/** A folder without history has no held-out edits, and shows nothing of them. */
export function leakageBars(rows: readonly Row[], edits: readonly EditRow[]): Bar[] {
  const sum = <T>(some: readonly T[], of: (one: T) => number): number => total(some.map(of));
  return [
    {
      name: 'shared-edit-lines',
      value: shownBy(
        sum(edits, ({ heldOut }) => heldOut),
        sum(edits, ({ sharedLines }) => sharedLines),
      ),
      op: '<=',
      bar: 0,
    },
    {
      name: 'shared-windows',
      value: shownBy(
        sum(rows, ({ windows }) => windows),
        sum(rows, ({ sharedWindows }) => sharedWindows),
      ),
      op: '<=',
      bar: 0,
    },
    {
      name: 'held-out-dropped-percent',
      value: largestOf(rows.map(({ droppedPercent }) => droppedPercent).filter((percent) => !Number.isNaN(percent))),
      op: '<=',
      bar: 20,
    },
  ];
}
