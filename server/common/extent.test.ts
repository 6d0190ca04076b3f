import { expect, test } from 'vitest';
import type { Contender } from '../protocol/report.ts';
import { extentOf } from './extent.ts';

const base = (places: number | null): Contender => ({
  loss: 2,
  top1: 0.5,
  completions:
    places === null
      ? null
      : { places, offered: 0, exact: 0, firstLine: 0, editSimilarity: 0, syntaxValid: null, medianLatencyMs: 100 },
});

test.each([
  ['all pairs', 'all', null, '240 pairs'],
  ['enough pairs', 'decided', 24, '35 of 240 pairs, which were enough to tell, and on completions at 24 places'],
  ['time for one place', 'time', 1, '35 of 240 pairs, as many as there was time for, and on completions at 1 place'],
] as const)('says how much was measured: %s', (_, stopped, places, expected) => {
  const pairs = stopped === 'all' ? 240 : 35;
  expect(extentOf({ pairs, available: 240, stopped, base: base(places) })).toBe(expected);
});
