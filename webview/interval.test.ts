import { expect, test } from 'vitest';
import { changeInPercent, percentWithInterval, verdictOnLoss, withInterval } from './interval.ts';

test('a difference is written with its interval where there is one', () => {
  expect(withInterval({ mean: -0.12, low: -0.15, high: -0.09 })).toBe('−0.120, 95 % interval −0.150 to −0.090');
  expect(withInterval({ mean: 0.01, low: null, high: null })).toBe('+0.010');
  expect(withInterval({ mean: -0.0001, low: null, high: null })).toBe('0.000');
});

test.each([
  [-0.15, -0.09, 'a is better.'],
  [0.02, 0.05, 'b is better.'],
  [-0.01, 0.02, 'These files show no clear difference.'],
  [null, null, 'Too few pairs to tell them apart.'],
])('a difference in loss from %s to %s: %s', (low, high, verdict) => {
  expect(verdictOnLoss('a', 'b', { mean: 0, low, high })).toBe(verdict);
});

test('a share is written in per cent', () => {
  expect(percentWithInterval({ mean: 0.416, low: 0.35, high: 0.5 })).toBe('42 % (35 to 50 %)');
  expect(percentWithInterval(null)).toBe('–');
});

test.each([
  [2, 1.89, '−5.5 %'],
  [2, 2.02, '+1.0 %'],
  [2, 2, '0.0 %'],
  [2, 1.9999, '0.0 %'],
])('a loss that goes from %d to %d changes by %s', (from, to, text) => {
  expect(changeInPercent(from, to)).toBe(text);
});
