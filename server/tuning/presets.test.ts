import { expect, test } from 'vitest';
import { planPresets } from './presets.ts';

const seedling = { sizeBytes: 16_794_624, parameters: 8_392_960 };
const halfBillion = { sizeBytes: 525e6, parameters: 494e6 };

test('larger sizes take longer and more memory', () => {
  const plans = planPresets(seedling);
  expect(plans.map(({ preset }) => preset)).toEqual(['quick', 'balanced', 'thorough']);
  expect(plans.map(({ minutes }) => minutes)).toEqual(plans.map(({ minutes }) => minutes).toSorted((a, b) => a - b));
  expect(plans.map(({ memoryBytes }) => memoryBytes)).toEqual(
    plans.map((plan) => plan.memoryBytes).toSorted((a, b) => a - b),
  );
});

test('the bundled base needs what was measured: 300 to 450 MiB', () => {
  const [, balanced] = planPresets(seedling);
  expect(balanced!.memoryBytes / 2 ** 20).toBeGreaterThan(300);
  expect(balanced!.memoryBytes / 2 ** 20).toBeLessThan(450);
});

test('memory grows with the base', () => {
  expect(planPresets(halfBillion)[0]!.memoryBytes).toBeGreaterThan(2 * planPresets(seedling)[0]!.memoryBytes);
});
