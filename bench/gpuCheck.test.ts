/** A short form of the check, since with a software driver it takes minutes. */
import { expect, test } from 'vitest';
import { holds } from '../server/common/bars.ts';
import { checkGpu, gpuBars } from './gpuCheck.ts';

test("a step's gradients and thirty steps' losses on ggml's CPU backend match the CPU trainer", {
  timeout: 300_000,
}, () => {
  const check = checkGpu({ cpu: true, tokens: 32 });
  expect(check.tensors).toBeGreaterThan(400);
  expect(check.lossFallPercent).toBeGreaterThan(20);
  expect(check.gradientRelativeError).toBeLessThan(1e-4);
  expect(check.realShapeRelativeError).toBeLessThan(1e-4);
  expect(gpuBars(check).filter((bar) => !holds(bar))).toEqual([]);
});

test('with weights in bfloat16, as on CUDA, gradients and losses stay near', { timeout: 300_000 }, () => {
  const bars = gpuBars(checkGpu({ cpu: 'bfloat16', tokens: 32 }));
  expect(bars.map(({ name }) => name)).toContain('bfloat16-error-over-expected');
  expect(bars.filter((bar) => !holds(bar))).toEqual([]);
});
