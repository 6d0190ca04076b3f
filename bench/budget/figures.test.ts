import { expect, it } from 'vitest';
import { holds } from '../../server/common/bars.ts';
import { budgetBars, type MeasuredRun, partShares, tuneLine } from './figures.ts';

const parts = {
  mining: 6,
  loading: 2,
  preparing: 40,
  opening: 12,
  steps: 960,
  evaluations: 60,
  checkpoints: 0,
  other: 1,
  measuring: 118,
  storing: 1,
};
const line = {
  adapterId: 'a',
  steps: 80,
  minutes: 20,
  pairs: 300,
  heldOutPairs: 30,
  heldOutLossBase: 1.5,
  heldOutLossTuned: 1.38,
  activated: true,
  reason: 'Activated.',
  training: { predictedSeconds: 1000, parts },
};
const run = (changes: object, wallMinutes: number, tokens: number): MeasuredRun => ({
  result: tuneLine(JSON.stringify({ ...line, ...changes })),
  wallMinutes,
  tokens,
  trainingSeconds: 1,
});

it('takes the training share of the whole process, and compares learned tokens with the earlier run', () => {
  const bars = budgetBars(run({}, 20.25, 40_000), run({ training: null }, 31, 2000), 20);
  expect(Object.fromEntries(bars.map(({ name, value }) => [name, value]))).toEqual({
    'training-share-percent': expect.closeTo((100 * 960) / (60 * 20.25)),
    'minutes-over-budget': expect.closeTo(0.25),
    'held-out-loss-fall-percent': expect.closeTo(8),
    'tokens-learned-over-before': 20,
  });
  expect(bars.every(holds)).toBe(true);
});

it('omits the token bar without an earlier run, and misses the training-share bar without timed parts', () => {
  const bars = budgetBars(run({ training: {} }, 18, 1), null, 20);
  expect(bars.map(({ name }) => name)).not.toContain('tokens-learned-over-before');
  expect(bars.map(holds)).toEqual([false, true, true]);
});

it('shows every part with its share', () => {
  const shares = partShares(tuneLine(JSON.stringify(line)));
  expect(shares).toHaveLength(10);
  expect(shares.find(({ part }) => part === 'steps')?.text).toMatch(/960\.0 s +80\.0 %/);
});
