import { expect, test } from 'vitest';
import { holds } from '../server/common/bars.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { checkGradients, gradientBars } from './gradients.ts';
import { checkParity, parityBars } from './parity.ts';

test('every adapter gradient matches finite differences, and none is zero', { timeout: 240_000 }, () => {
  const check = checkGradients(2);
  expect(check.tensors).toBeGreaterThan(200);
  expect(gradientBars(check).filter((bar) => !holds(bar))).toEqual([]);
});

test('with dropout too: forward and backward drop the same', { timeout: 240_000 }, () => {
  const check = checkGradients(1, 0.5);
  expect(check.zeroGradientTensors).toBe(0);
  // A mask that is another in the backward is off by far more; what is left is the rounding of the differences.
  expect(check.maxRelativeError, check.worst).toBeLessThan(0.02);
});

test("the training forward gives libllama's logits, for every architecture and weight type", {
  timeout: 240_000,
}, () => {
  const check = checkParity([bundledModelPath()]);
  expect(new Set(check.models.map(({ type }) => type)).size).toBeGreaterThan(10);
  expect(parityBars(check).filter((bar) => !holds(bar))).toEqual([]);
});
