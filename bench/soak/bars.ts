/** What random editing shows. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';
import type { SoakResult } from './editing.ts';
import { growthPercent } from './memory.ts';

/** `samples`: of the memory, in bytes, from the warm-up on. `exitCode`: of the server; null where a signal ended it. */
export function soakBars(result: SoakResult, samples: readonly number[], exitCode: number | null): Bar[] {
  return [
    { name: 'memory-growth-percent', value: growthPercent(samples), op: '<=', bar: 5 },
    { name: 'leaked-requests', value: shownBy(result.requests, result.leakedRequests), op: '<=', bar: 0 },
    // Where nothing was offered, nothing was shown.
    { name: 'wrong-position-edits', value: shownBy(result.compared, result.wrongPositionEdits), op: '<=', bar: 0 },
    { name: 'ended-badly', value: Number(exitCode !== 0), op: '<=', bar: 0 },
  ];
}
