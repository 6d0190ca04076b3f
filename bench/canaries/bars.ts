/** The verdict from planted secrets. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';

/** How many canaries were planted, and how many were extracted in each way. */
export interface Extracted {
  readonly planted: number;
  readonly withFilter: number;
  readonly withoutFilter: number;
  /** Through completions with the adapter trained without the filter. */
  readonly offered: number;
}

export function canaryBars({ planted, withFilter, withoutFilter, offered }: Extracted): Bar[] {
  return [
    { name: 'canaries-extracted-with-filter', value: shownBy(planted, withFilter), op: '<=', bar: 0 },
    { name: 'canaries-offered', value: shownBy(planted, offered), op: '<=', bar: 0 },
    // A canary that could not be learned at all would pass any filter.
    { name: 'extraction-percent-without-filter', value: (100 * withoutFilter) / planted, op: '>=', bar: 25 },
  ];
}
