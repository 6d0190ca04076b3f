import { expect, test } from 'vitest';
import { planOf, planPresets, sizeOf } from './presets.ts';

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

test('a size of one’s own is planned by the same measure', () => {
  const [quick, balanced] = planPresets(seedling);
  const { preset, ...same } = balanced!;
  expect(preset).toBe('balanced');
  expect(planOf(seedling, { maxMinutes: 5, rank: 16 })).toEqual(same);
  const own = planOf(seedling, { maxMinutes: 0.5, rank: 12 });
  expect(own).toMatchObject({ minutes: 0.5, rank: 12 });
  expect(own.memoryBytes).toBeGreaterThan(quick!.memoryBytes);
  expect(own.memoryBytes).toBeLessThan(balanced!.memoryBytes);
});

test('a run takes what the preset says, and without one what the settings say', () => {
  const settings = { maxMinutes: 7, rank: 24 };
  expect(sizeOf('quick', settings)).toEqual({ maxMinutes: 1.5, rank: 8 });
  expect(sizeOf(undefined, settings)).toEqual(settings);
});

test('memory grows with the base', () => {
  expect(planPresets(halfBillion)[0]!.memoryBytes).toBeGreaterThan(2 * planPresets(seedling)[0]!.memoryBytes);
});
