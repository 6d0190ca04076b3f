import { expect, test } from 'vitest';
import { randomFrom } from '../common/random.ts';
import { subsetRatio } from './subsets.ts';

const LEVEL = 0.95;
const ones = (count: number): number[] => Array.from({ length: count }, () => 1);
const files = (count: number, pairsEach = 1): string[] =>
  Array.from({ length: count * pairsEach }, (_, i) => `${i % count}.ts`);

test.each([5, 2, 1])('%i files are too few for an interval', (count) => {
  expect(subsetRatio(ones(count), ones(count), files(count), randomFrom(1, 1), LEVEL)).toBeNull();
});

test.each([
  ['six', 6],
  ['thirteen', 13],
  ['forty', 40],
])('%s files that are all better are a clear gain, even with an outlier', (_, count) => {
  const gains = Array.from({ length: count }, (__, i) => (i === 0 ? -50 : -0.1 - i / 100));
  const { mean, low, high } = subsetRatio(gains, ones(count), files(count), randomFrom(1, 2), LEVEL)!;
  expect(mean).toBeCloseTo(gains.reduce((sum, one) => sum + one, 0) / count);
  expect(high).toBeLessThan(0);
  expect(low).toBeLessThan(mean);
});

test.each([
  ['one of six is worse', [-1, -1, -1, -1, -1, 0.5]],
  ['one file loses what many gain', [...ones(20).map(() => -0.1), 2.5]],
  ['half are worse', Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? -1 : 0.8))],
])('the interval includes zero where %s', (_, gains) => {
  const { low, high } = subsetRatio(gains, ones(gains.length), files(gains.length), randomFrom(1, 3), LEVEL)!;
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(0);
});

test('duplicated pairs of a file do not narrow the interval', () => {
  const gains = [-1, -0.4, -0.7, 0.1, -0.9, -0.2, -0.5, -0.3];
  const once = subsetRatio(gains, ones(8), files(8), randomFrom(1, 4), LEVEL)!;
  const often = subsetRatio([...gains, ...gains], ones(16), files(8, 2), randomFrom(1, 4), LEVEL)!;
  expect([often.low, often.high]).toEqual([expect.closeTo(once.low), expect.closeTo(once.high)]);
});

test.each([
  ['alike in size', () => 1],
  ['of very different size', (random: () => number) => 1 + 20 * random() ** 4],
])('the interval covers the truth 95 times in 100 for clusters %s', (_, sizeOf) => {
  const random = randomFrom(5, 6);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const TRIALS = 300;
  let holds = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const sizes = Array.from({ length: 12 }, () => sizeOf(random));
    const { low, high } = subsetRatio(
      sizes.map((size) => size * normal()),
      sizes,
      files(12),
      randomFrom(trial, 7),
      LEVEL,
    )!;
    holds += Number(low <= 0 && 0 <= high);
  }
  expect(holds / TRIALS).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.05 * 0.95) / TRIALS));
});
