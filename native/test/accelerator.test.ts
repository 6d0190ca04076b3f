/** libllama with the trainer's products (test_accelerator.cc). */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runNativeProgram } from '../../bench/nativeProgram.ts';

const answer = z.object({
  serves: z.boolean(),
  models: z.number(),
  withoutIt: z.number(),
  withIt: z.number(),
  leastChange: z.number(),
  few: z.number(),
  threads: z.number(),
});

test('prompts are read with the products of training, as exactly as without; few tokens and other threads change nothing', {
  timeout: 240_000,
}, () => {
  const { serves, models, withoutIt, withIt, leastChange, few, threads } = runNativeProgram(
    'test_accelerator',
    [],
    answer,
  );
  expect(models).toBeGreaterThanOrEqual(15);
  expect({ few, threads }).toEqual({ few: 0, threads: 0 });
  if (serves) expect(leastChange).toBeGreaterThan(0);
  else expect(leastChange).toBe(0);
  expect(withIt).toBeLessThan(Math.max(0.02, withoutIt));
});
