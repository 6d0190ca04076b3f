import { expect, it } from 'vitest';
import type { Contender, HeldOutSet } from '../server/evaluation/report.ts';
import { reportHeader, reportRows } from './reportRows.ts';

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

it('a column for each model, a row for each figure', () => {
  const two = set(contender(2.5, places), contender(2.25, { ...places, exact: 0.375, syntaxValid: 0.9 }), null);
  expect(reportHeader(two)).toEqual(['', 'Base', 'Tuned']);
  expect(reportRows(two)).toEqual([
    ['Loss', '2.500', '2.250'],
    ['Right token', '50.0 %', '50.0 %'],
    ['Exact', '25.0 %', '37.5 %'],
    ['First line', '50.0 %', '50.0 %'],
    ['Similarity', '61.5 %', '61.5 %'],
    ['Valid syntax', '–', '90.0 %'],
    ['Latency', '42 ms', '42 ms'],
  ]);
});

it('what served before has a column too; without completed places there are no rows of them', () => {
  const three = set(contender(2.5, null), contender(2.25, null), contender(2.3, null));
  expect(reportHeader(three)).toHaveLength(4);
  expect(reportRows(three).map(([name]) => name)).toEqual(['Loss', 'Right token']);
  const mixed = reportRows(set(contender(2.5, null), contender(2.25, places), null));
  expect(mixed.find(([name]) => name === 'Exact')).toEqual(['Exact', '–', '25.0 %']);
});
