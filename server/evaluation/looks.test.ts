import { describe, expect, it } from 'vitest';
import { randomFrom } from '../common/random.ts';
import { studentizedRatio } from './bootstrap.ts';
import { ErrorSpending, looksAt, settled } from './looks.ts';

describe('looksAt', () => {
  it.each([
    [3, [3]],
    [31, [31]],
    [42, [24, 42]],
    [71, [24, 48, 71]],
    [240, [24, 48, 96, 240]],
  ])('%d pairs are looked at after %j', (pairs, expected) => expect(looksAt(pairs)).toEqual(expected));
});

describe('ErrorSpending', () => {
  it.each([
    ['all looks', looksAt(240).map((count): [number, boolean] => [count, count === 240])],
    [
      'looks that end between two planned ones',
      [
        [24, false],
        [50, true],
      ] as [number, boolean][],
    ],
    ['looks that end before the first planned one', [[5, true]] as [number, boolean][]],
  ])('%s spend the whole error budget', (_, looks) => {
    const spending = new ErrorSpending(240);
    const errors = looks.map(([count, last]) => 1 - spending.level(count, last));
    expect(errors.every((error) => error > 0)).toBe(true);
    expect(errors.reduce((sum, error) => sum + error, 0)).toBeCloseTo(0.035);
  });
});

describe('settled', () => {
  it.each([
    ['a clear gain is settled', -0.2, -0.1, true],
    ['a clear loss is settled', 0.1, 0.2, true],
    ['an unclear difference is not settled', -0.1, 0.1, false],
    ['a negligible difference is settled', -0.004, 0.004, true],
    ['a possible gain is not settled', -0.1, 0.001, false],
  ])('%s', (_, low, high, expected) => expect(settled({ mean: 0, low, high }, 1)).toBe(expected));
  it('a single pair is not settled', () => expect(settled({ mean: 0, low: null, high: null }, 1)).toBe(false));
});

/** Realistic loss differences: few are large, and longer middles differ more. */
function simulated(difference: number, random: () => number): { differences: number[]; counts: number[] } {
  const counts = Array.from({ length: 240 }, () => 4 + Math.floor(60 * random() ** 3));
  const differences = counts.map((count) => {
    const heavy = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()) * (random() < 0.1 ? 4 : 1);
    return count * difference + Math.sqrt(count) * heavy;
  });
  return { differences, counts };
}

/** Takes looks as an examination does; returns the pairs it took, and whether the last interval contained the truth. */
function measured(truth: number, looks: readonly number[], random: () => number): { pairs: number; holds: boolean } {
  const { differences, counts } = simulated(truth, random);
  const spending = new ErrorSpending(240);
  for (const count of looks) {
    const level = spending.level(count, count === 240);
    const some = [differences.slice(0, count), counts.slice(0, count)] as const;
    const interval = studentizedRatio(...some, random, level);
    if (count === 240 || settled(interval, 1.5))
      return { pairs: count, holds: interval.low <= truth && truth <= interval.high };
  }
  throw new Error('the last look ends it');
}

const TRIALS = 200;

it.each([
  ['no difference', 0],
  ['a small difference', -0.1],
  ['a large difference', -0.6],
])('the interval covers the truth 95 times in 100 wherever it stops: %s', { timeout: 120_000 }, (_, truth) => {
  const random = randomFrom(5, 17);
  const trials = Array.from({ length: TRIALS }, () => measured(truth, looksAt(240), random));
  // Minus two standard errors of that many trials.
  const least = 0.95 - 2 * Math.sqrt((0.05 * 0.95) / TRIALS);
  expect(trials.filter(({ holds }) => holds).length / TRIALS).toBeGreaterThan(least);
});

it('a large difference takes a fraction of the pairs', () => {
  const random = randomFrom(6, 17);
  const pairs = Array.from({ length: 50 }, () => measured(-0.6, looksAt(240), random).pairs);
  expect(pairs.reduce((sum, count) => sum + count, 0) / 50).toBeLessThan(80);
});
