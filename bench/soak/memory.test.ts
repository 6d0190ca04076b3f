import { expect, it } from 'vitest';
import { growthPercent, swingPercent } from './memory.ts';

/** Garbage that piles up and is collected, on top of what is alive. */
const sawtooth = (alive: (i: number) => number, garbage = 60): number[] =>
  Array.from({ length: 300 }, (_, i) => alive(i) + (garbage * (i % 47)) / 47);

it('garbage between collections does not count as growth, a leak below it does', () => {
  expect(Math.abs(growthPercent(sawtooth(() => 100)))).toBeLessThan(3);
  expect(growthPercent(sawtooth((i) => 100 + i / 10))).toBeGreaterThan(15);
  expect(swingPercent(sawtooth(() => 100))).toBeGreaterThan(45);
});
