/** A plan over the budget is refused with what would fit, from the bundled base's header. */
import { expect, test } from 'vitest';
import { loadAddon } from '../../server/engine/native.ts';
import { trainerConfig } from '../../server/engine/testing.ts';

const addon = loadAddon();
// The plan includes what the kernels need: this makes it the same on every machine.
addon.selectKernels('portable');

const plan = (megabytes: number, maxTokens: number, rank: number) =>
  addon.planTraining({
    ...trainerConfig(),
    baseType: 'q4_0',
    maxTokens,
    rank,
    memoryBudgetBytes: megabytes * 2 ** 20,
  });

test.each([
  ['shorter sequences', 64, 1024, 8, /it would fit with sequences of 256 tokens \(\d+ MiB\)\.$/],
  ['the shortest sequences tried', 28, 250, 8, /it would fit with sequences of 64 tokens \(\d+ MiB\)\.$/],
  ['a lower rank', 70, 64, 128, /it would fit with a rank of 64 \(\d+ MiB\)\.$/],
  ['the lowest rank tried', 25, 64, 6, /it would fit with a rank of 4 \(\d+ MiB\)\.$/],
  ['either', 72, 512, 64, /it would fit with sequences of 128 tokens \(\d+ MiB\), or with a rank of 8 \(\d+ MiB\)\.$/],
  ['both', 30, 512, 64, /it would fit with sequences of 64 tokens and a rank of 4 \(\d+ MiB\)\.$/],
  ['neither', 16, 512, 64, /on this base, whose weights take 7 MiB, it takes at least \d+ MiB; use a smaller model\.$/],
])('suggests %s: in %i MiB, for sequences of %i tokens at rank %i', async (_, megabytes, maxTokens, rank, message) => {
  const refusal = await plan(megabytes, maxTokens, rank).then(String, (error: Error) => error.message);
  expect(refusal).toMatch(message);
  expect(refusal.startsWith(`Training needs more than the ${megabytes} MiB allowed: `)).toBe(true);
  for (const [way] of refusal.matchAll(/(sequences|a rank) of \d+[^(]*/g)) {
    const named = (pattern: RegExp, otherwise: number) => Number(pattern.exec(way)?.[1] ?? otherwise);
    const found = await plan(megabytes, named(/sequences of (\d+)/, maxTokens), named(/rank of (\d+)/, rank));
    expect(found.totalBytes).toBeLessThanOrEqual(megabytes * 2 ** 20);
  }
});
