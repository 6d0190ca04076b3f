/** libllama with the trainer's products (test_accelerator.cc). */
import { afterEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const answer = z.object({
  serves: z.boolean(),
  models: z.number(),
  beyond: z.number(),
  change: z.number(),
  few: z.number(),
  threads: z.number(),
});

afterEach(() => vi.unstubAllEnvs());

// Any processor with AVX2 can run the second; without AVX2 it falls back to the best.
test.each(['auto', 'integer-avx2'])(
  'with kernels %s prompt logits are no less exact, and short batches and thread counts change nothing',
  {
    timeout: 240_000,
  },
  (kernels) => {
    vi.stubEnv('REPOTUNE_KERNELS', kernels);
    const { serves, models, beyond, change, few, threads } = runNativeProgram('test_accelerator', [], answer);
    expect(models).toBeGreaterThanOrEqual(15);
    expect({ few, threads }).toEqual({ few: 0, threads: 0 });
    expect(change > 0).toBe(serves);
    expect(beyond).toBeLessThan(0.004);
  },
);
