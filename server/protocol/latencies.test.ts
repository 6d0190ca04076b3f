import { expect, test } from 'vitest';
import { addLatencies, LATENCY_BOUNDS_MS, latencyOf, NO_LATENCIES, percentileMs } from './latencies.ts';

test('a percentile is the bound of the bucket it falls into', () => {
  const all = [5, 30, 30, 30, 30, 30, 30, 30, 30, 700].map(latencyOf).reduce(addLatencies);
  expect(percentileMs(all, 0.1)).toBe(10);
  expect(percentileMs(all, 0.5)).toBe(40);
  expect(percentileMs(all, 0.9)).toBe(40);
  expect(percentileMs(all, 0.95)).toBe(900);
});

test.each([
  ['at a bound', 40, 40],
  ['just past a bound', 40.1, 56],
  ['slower than every bound', 60_000, Number.POSITIVE_INFINITY],
])('the percentile of one suggestion %s', (_, ms, expected) => {
  expect(percentileMs(latencyOf(ms), 0.95)).toBe(expected);
});

test('without latencies there is no percentile', () => {
  expect(percentileMs(NO_LATENCIES, 0.5)).toBeNull();
});

test('the bounds ascend', () => {
  expect([...LATENCY_BOUNDS_MS].sort((a, b) => a - b)).toEqual(LATENCY_BOUNDS_MS);
});
