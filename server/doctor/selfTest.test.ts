import { expect, it } from 'vitest';
import { bundledModelPath } from '../storage/paths.ts';
import { memoryPlan } from './selfTest.ts';

it('says how a tune would be carried out: memory, device, kernels, and what is kept', async () => {
  const { ok, detail } = await memoryPlan(bundledModelPath(), '.');
  expect(ok).toBe(true);
  expect(detail).toMatch(
    /^\d+ MB \(weights .*\) of at most \d+ MB; on CPU, \d+ threads, kernels \S+; rows of 1024 tokens, \d+ blocks and \d+ more attentions kept, \d+ tokens at a time$/,
  );
});
