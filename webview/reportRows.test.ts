import { expect, it } from 'vitest';
import type { Contender, HeldOutSet } from '../server/protocol/report.ts';
import { differenceRows, reportHeader, reportRows, tooFewPlaces } from './reportRows.ts';

const places = {
  places: 24,
  offered: 20,
  exact: 0.25,
  firstLine: 0.5,
  editSimilarity: 0.615,
  syntaxValid: null,
  medianLatencyMs: 41.7,
};
const contender = (loss: number, completions: Contender['completions']): Contender => ({
  loss,
  top1: 0.5,
  completions,
});
const set = (base: Contender, tuned: Contender, active: Contender | null): HeldOutSet =>
  ({ base, tuned, active }) as HeldOutSet;

it('a report has a column for each model and a row for each figure', () => {
  const two = set(contender(2.5, places), contender(2.25, { ...places, exact: 0.375, syntaxValid: 0.9 }), null);
  expect(reportHeader(two)).toEqual(['', 'Base', 'Tuned']);
  expect(reportRows(two)).toEqual([
    ['Loss', '2.500', '2.250'],
    ['Top-1 accuracy', '50.0 %', '50.0 %'],
    ['Exact match', '25.0 %', '37.5 %'],
    ['First line match', '50.0 %', '50.0 %'],
    ['Edit similarity', '61.5 %', '61.5 %'],
    ['Valid syntax', '–', '90.0 %'],
    ['Median latency', '42 ms', '42 ms'],
  ]);
});

it('the active adapter has a column too, and rows of completions need completed places', () => {
  const three = set(contender(2.5, null), contender(2.25, null), contender(2.3, null));
  expect(reportHeader(three)).toHaveLength(4);
  expect(reportRows(three).map(([name]) => name)).toEqual(['Loss', 'Top-1 accuracy']);
  const mixed = reportRows(set(contender(2.5, null), contender(2.25, places), null));
  expect(mixed.find(([name]) => name === 'Exact match')).toEqual(['Exact match', '–', '25.0 %']);
});

it.each([
  [1, true],
  [4, true],
  [5, false],
])('gives no shares of completions at too few places: %i', (count, isTooFew) => {
  const measured = contender(2.5, { ...places, places: count });
  const two = set(measured, measured, null);
  expect(tooFewPlaces(two)).toBe(isTooFew);
  expect(reportRows(two).some(([name]) => name === 'Exact match')).toBe(!isTooFew);
});

it('lists the differences that were measured, with their intervals', () => {
  const loss = { mean: -0.12, low: -0.15, high: -0.09 };
  const points = { mean: 0.05, low: -0.025, high: 0.125 };
  expect(differenceRows({ loss, exact: null, completions: null })).toEqual([['Loss', '−0.120', '−0.150 to −0.090']]);
  const completions = {
    firstLine: points,
    editSimilarity: points,
    syntaxValid: null,
    latencyMs: { mean: 1.25, low: null, high: null },
  };
  expect(differenceRows({ loss, exact: points, completions }).slice(1)).toEqual([
    ['Exact match', '+5.0 points', '−2.5 points to +12.5 points'],
    ['First line match', '+5.0 points', '−2.5 points to +12.5 points'],
    ['Edit similarity', '+5.0 points', '−2.5 points to +12.5 points'],
    ['Latency', '+1.3 ms', 'unknown'],
  ]);
});
