/** The verdict on random editing. Pure. */
import type { Bar } from '../../server/common/bars.ts';
import { shownBy } from '../shownBy.ts';
import type { SoakResult } from './editing.ts';
import { growthPercent } from './memory.ts';

/** `samples`: memory in bytes after a garbage collection, from the warm-up on. `exitCode`: the server's; null if killed by a signal. */
export function soakBars(result: SoakResult, samples: readonly number[], exitCode: number | null): Bar[] {
  return [
    { name: 'memory-growth-percent', value: growthPercent(samples), op: '<=', bar: 5 },
    { name: 'leaked-requests', value: shownBy(result.requests, result.leakedRequests), op: '<=', bar: 0 },
    // If nothing was offered, nothing was shown.
    { name: 'wrong-position-edits', value: shownBy(result.compared, result.wrongPositionEdits), op: '<=', bar: 0 },
    { name: 'ended-badly', value: Number(exitCode !== 0), op: '<=', bar: 0 },
  ];
}
