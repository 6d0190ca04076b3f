import { expect, test } from 'vitest';
import { limitsToPass, minutesOf, planOf, planPresets, rankOf, sizeOf } from './presets.ts';

const seedling = { sizeBytes: 16_794_624, parameters: 8_392_960 };
const halfBillion = { sizeBytes: 491e6, parameters: 494e6 };
const sevenBillion = { sizeBytes: 4.5e9, parameters: 7.6e9 };
const PLENTY = 64e9;

test('larger presets take longer and more memory', () => {
  const plans = planPresets(seedling, PLENTY);
  expect(plans.map(({ preset }) => preset)).toEqual(['quick', 'balanced', 'thorough']);
  expect(plans.map(({ minutes }) => minutes)).toEqual(plans.map(({ minutes }) => minutes).toSorted((a, b) => a - b));
  expect(plans.map(({ memoryBytes }) => memoryBytes)).toEqual(
    plans.map((plan) => plan.memoryBytes).toSorted((a, b) => a - b),
  );
});

test('the balanced preset on the bundled base needs 300 to 450 MiB, as measured', () => {
  const [, balanced] = planPresets(seedling, PLENTY);
  expect(balanced!.memoryBytes / 2 ** 20).toBeGreaterThan(300);
  expect(balanced!.memoryBytes / 2 ** 20).toBeLessThan(450);
});

test('a custom size is planned like a preset', () => {
  const [quick, balanced] = planPresets(seedling, PLENTY);
  const { preset, ...same } = balanced!;
  expect(preset).toBe('balanced');
  expect(planOf(seedling, { maxMinutes: 5, rank: 16 }, PLENTY)).toEqual(same);
  const own = planOf(seedling, { maxMinutes: 0.5, rank: 12 }, PLENTY);
  expect(own).toMatchObject({ minutes: 0.5, rank: 12 });
  expect(own.memoryBytes).toBeGreaterThan(quick!.memoryBytes);
  expect(own.memoryBytes).toBeLessThan(balanced!.memoryBytes);
});

test('a run takes its size from the preset, or without one from the settings', () => {
  const settings = { maxMinutes: 7, rank: 24 };
  expect(sizeOf('quick', settings, seedling.parameters)).toEqual({ maxMinutes: 1.5, rank: 8 });
  expect(sizeOf(undefined, settings, seedling.parameters)).toEqual(settings);
  expect(sizeOf(undefined, settings, halfBillion.parameters)).toEqual(settings);
});

test('a base for daily work gets the minutes that help it', () => {
  const [, balanced] = planPresets(halfBillion, PLENTY);
  expect(balanced!.minutes).toBe(30);
  const unset = { maxMinutes: 0, rank: 24 };
  expect(sizeOf(undefined, unset, halfBillion.parameters)).toEqual({ maxMinutes: 30, rank: 24 });
  expect(sizeOf(undefined, unset, seedling.parameters)).toEqual({ maxMinutes: 5, rank: 24 });
});

test.each([seedling, halfBillion])('what a window passes on is the size that it shows: %o', ({ parameters }) => {
  for (const preset of [undefined, 'quick', 'thorough'] as const) {
    for (const settings of [
      { maxMinutes: 0, rank: 24 },
      { maxMinutes: 7, rank: 4 },
    ]) {
      const passed = limitsToPass(preset, settings);
      expect({ maxMinutes: minutesOf(passed, parameters), rank: rankOf(passed) }).toEqual(
        sizeOf(preset, settings, parameters),
      );
    }
  }
});

test('a run of which nothing was said ends within the minutes of the balanced size, and minutes that were given hold', () => {
  expect(minutesOf({}, seedling.parameters)).toBeCloseTo(4.7, 5);
  expect(minutesOf({}, halfBillion.parameters)).toBeLessThan(30);
  expect(rankOf({})).toBeUndefined();
  expect(minutesOf({ size: 'quick', maxMinutes: 3 }, halfBillion.parameters)).toBe(3);
  expect(rankOf({ size: 'quick', rank: 3 })).toBe(3);
});

test('planned memory grows with the base', () => {
  expect(planPresets(halfBillion, PLENTY)[0]!.memoryBytes).toBeGreaterThan(
    2 * planPresets(seedling, PLENTY)[0]!.memoryBytes,
  );
});

test('a base that does not fit in memory is read from disk, and the run stays within its share', () => {
  const inMemory = planOf(sevenBillion, { maxMinutes: 20, rank: 16 }, PLENTY);
  const fromDisk = planOf(sevenBillion, { maxMinutes: 20, rank: 16 }, 6e9);
  expect([inMemory.fromDisk, fromDisk.fromDisk]).toEqual([false, true]);
  expect(inMemory.memoryBytes).toBeGreaterThan(7e9);
  expect(fromDisk.memoryBytes).toBeLessThan(0.6 * 6e9 + 100e6);
  expect(fromDisk.memoryBytes).toBeGreaterThan(1.6e9);
});

/** Peaks of the process after a step of two rows of 1024 tokens at rank 16 (VmHWM), by what was free. */
test.each([
  [seedling, 14e9, 364e6],
  [halfBillion, 14e9, 3.92e9],
])('the memory of a run on %o with %d bytes free is within a fifth of the measured %d', (base, freeBytes, measured) => {
  const { memoryBytes } = planOf(base, { maxMinutes: 30, rank: 16 }, freeBytes);
  expect(memoryBytes / measured).toBeGreaterThan(0.8);
  expect(memoryBytes / measured).toBeLessThan(1.2);
});

/** The smallest budgets that the planner takes, of which it is 0.6 of the free memory. */
test.each([
  [8, 657e6],
  [16, 728e6],
  [32, 869e6],
])('a 0.5B at rank %d needs so much free memory that the planner takes it', (rank, budget) => {
  const { leastFreeBytes, fromDisk } = planOf(halfBillion, { maxMinutes: 30, rank }, budget / 0.6);
  expect(fromDisk).toBe(true);
  expect((0.6 * leastFreeBytes) / budget).toBeGreaterThan(0.95);
  expect((0.6 * leastFreeBytes) / budget).toBeLessThan(1.05);
});
