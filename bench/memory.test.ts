import { expect, test } from 'vitest';
import * as z from 'zod';
import { bundledModelPath } from '../server/paths.ts';
import { runNativeProgram } from './nativeProgram.ts';

const answer = z.object({
  predictedBytes: z.number(),
  peakBytes: z.number(),
  microBatchTokens: z.number(),
  keptBlocks: z.number(),
});

// Budgets in MiB: everything kept, and most of it computed again.
test.each([0, 240])(
  'budget %i MiB: memory predicted from the header is near the peak',
  { timeout: 120_000 },
  (budget) => {
    const found = runNativeProgram('check_memory', [bundledModelPath(), '512', '4', String(budget)], answer);
    expect(Math.abs(found.peakBytes / found.predictedBytes - 1)).toBeLessThan(0.15);
  },
);
