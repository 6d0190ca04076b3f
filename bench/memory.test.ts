import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { loadAddon } from '../server/engine/native.ts';
import { trainerConfig } from '../server/engine/testing.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { runNativeProgram } from './nativeProgram.ts';

const answer = z.object({
  predictedBytes: z.number(),
  peakBytes: z.number(),
  microBatchTokens: z.number(),
  keptBlocks: z.number(),
});

/** Blocks of the bundled base. */
const BLOCKS = 8;

/** Measures steps on some rows of 512 tokens, and a checkpoint. */
function measure<T>(args: string, shape: z.ZodType<T>, rows = 4): T {
  return runNativeProgram('check_memory', [bundledModelPath(), '512', String(rows), ...args.split(' ')], shape);
}

const folder = mkdtempSync(join(tmpdir(), 'repotune-memory-'));
/** Of a run without a budget. */
const state = join(folder, 'state');
let unbounded: z.infer<typeof answer>;
beforeAll(() => {
  unbounded = measure(`--budget 0 --save ${state}`, answer);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('without a budget every block is kept, and the memory predicted from the header is near the peak', () => {
  expect(unbounded.keptBlocks).toBe(BLOCKS);
  expect(Math.abs(unbounded.peakBytes / unbounded.predictedBytes - 1)).toBeLessThan(0.15);
});

// Budgets in MiB, in which most is recomputed. At rank 128 the state is the largest part.
test.each(['--budget 240', '--budget 240 --rank 128'])(
  'with %s the memory predicted from the header is near the peak',
  { timeout: 120_000 },
  (args) => {
    const { peakBytes, predictedBytes } = measure(args, answer);
    expect(Math.abs(peakBytes / predictedBytes - 1)).toBeLessThan(0.15);
  },
);

// Integer kernels pack activations, and the gradient of the logits, into about a quarter of the space of floats.
test.each(['portable', 'integer-portable'])('%s kernels: memory is as predicted', { timeout: 120_000 }, (kernels) => {
  vi.stubEnv('REPOTUNE_KERNELS', kernels);
  try {
    const { peakBytes, predictedBytes } = measure('--budget 240', answer, 1);
    expect(Math.abs(peakBytes / predictedBytes - 1)).toBeLessThan(0.1);
  } finally {
    vi.unstubAllEnvs();
  }
});

// Share of what that run took. Such a state may come from a GPU, with larger micro-batches, or from a time with more free memory.
test.each([
  ['slightly less memory, with the same micro-batches', 0.9, true],
  ['much less memory, with smaller micro-batches', 0.35, false],
])('resumes a run that had no budget within %s', { timeout: 120_000 }, (_, share, same) => {
  const budget = Math.floor((share * unbounded.predictedBytes) / 2 ** 20);
  const { peakBytes, predictedBytes, microBatchTokens } = measure(`--budget ${budget} --load ${state}`, answer);
  expect(predictedBytes).toBeLessThanOrEqual(budget * 2 ** 20);
  expect(Math.abs(peakBytes / predictedBytes - 1)).toBeLessThan(0.15);
  expect(microBatchTokens === unbounded.microBatchTokens).toBe(same);
});

test('with blocks streamed from the file memory is as predicted, and each block is read once per pass', {
  timeout: 120_000,
}, async () => {
  const streaming = answer.extend({ streamedBytes: z.number(), blockReads: z.number() });
  const planned = (mib: number) =>
    loadAddon().planTraining({ ...trainerConfig(), rank: 16, maxTokens: 512, memoryBudgetBytes: mib * 2 ** 20 });
  let budget = 200;
  while ((await planned(budget)).streamedBytes === 0) budget--;
  const { peakBytes, predictedBytes, streamedBytes, blockReads, microBatchTokens } = measure(
    `--as-is 1 --budget ${budget}`,
    streaming,
  );
  expect(streamedBytes).toBeGreaterThan(0);
  expect(Math.abs(peakBytes / predictedBytes - 1)).toBeLessThan(0.15);
  const microBatches = (4 * 512) / microBatchTokens;
  // Where a pass reverses, the last two blocks are already in memory: at the top, and at the bottom for the next micro-batch.
  expect(blockReads).toBe(BLOCKS + (BLOCKS - 2) + (microBatches - 1) * 2 * (BLOCKS - 2));
});

test.each([16, 64])('a run that needs more than %i MiB is refused before it has taken that much', (budget) => {
  const refused = z.object({ refusal: z.string(), peakBytes: z.number() });
  const { refusal, peakBytes } = measure(`--budget ${budget} --rank 256`, refused);
  expect(refusal).toMatch(/^Training needs more than/);
  expect(peakBytes).toBeLessThan(budget * 2 ** 20);
});
