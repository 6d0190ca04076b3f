/** What random editing shows. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';
import type { SoakResult } from './editing.ts';
import { growthPercent } from './memory.ts';

/** `samples`: of the memory, in bytes, from the warm-up on. */
export function soakBars(result: SoakResult, samples: readonly number[]): Bar[] {
  return [
    { name: 'memory-growth-percent', value: growthPercent(samples), op: '<=', bar: 5 },
    { name: 'leaked-requests', value: shownBy(result.requests, result.leakedRequests), op: '<=', bar: 0 },
    // Where nothing was offered, nothing was shown.
    { name: 'wrong-position-edits', value: shownBy(result.compared, result.wrongPositionEdits), op: '<=', bar: 0 },
  ];
}
