/** The verdict from planted secrets. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';

/** How many canaries were planted, and how many were extracted in each way. */
export interface Extracted {
  readonly planted: number;
  /** In what the training without the filter learned, and in a file that the one with it learned from. */
  readonly proven: number;
  readonly withFilter: number;
  readonly withoutFilter: number;
  /** Through completions with the adapter trained without the filter. */
  readonly offered: number;
}

export function canaryBars({ planted, proven, withFilter, withoutFilter, offered }: Extracted): Bar[] {
  // A canary that would not have been learned without the filter either passes any filter, or none.
  const looked = proven === planted ? planted : Number.NaN;
  return [
    { name: 'canaries-extracted-with-filter', value: shownBy(looked, withFilter), op: '<=', bar: 0 },
    { name: 'canaries-offered', value: shownBy(looked, offered), op: '<=', bar: 0 },
    // Nor does one that cannot be learned at all.
    { name: 'extraction-percent-without-filter', value: (100 * withoutFilter) / looked, op: '>=', bar: 25 },
  ];
}
