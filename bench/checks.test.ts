import { expect, test } from 'vitest';
import { holds } from '../server/common/bars.ts';
import { bundledModelPath } from '../server/storage/paths.ts';
import { checkGradients, gradientBars } from './gradients.ts';
import { checkParity, parityBars } from './parity.ts';

test('every adapter gradient matches finite differences, and none is zero', { timeout: 240_000 }, () => {
  const check = checkGradients(1);
  expect(check.tensors).toBeGreaterThan(200);
  expect(gradientBars(check).filter((bar) => !holds(bar))).toEqual([]);
});

test("the training forward pass reproduces libllama's logits for every architecture and weight type", {
  timeout: 240_000,
}, () => {
  const check = checkParity([bundledModelPath()]);
  expect(new Set(check.models.map(({ type }) => type)).size).toBeGreaterThan(10);
  expect(parityBars(check).filter((bar) => !holds(bar))).toEqual([]);
});
