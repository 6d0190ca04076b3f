import { expect, it } from 'vitest';
import { Glances, glanceTokensIn } from './glances.ts';

it.each([
  ['a slow machine glances at a few pairs', 460, 1 / 100, 2000, 1000],
  ['a faster one at more', 400, 1 / 1000, 2700, 1500],
  ['the fastest at all', 460, 1 / 100_000, 24_000, 24_000],
  ['a repository of few held-out tokens has no more', 460, 1 / 100, 500, 500],
  ['one that has no time left glances at the least', -3, 1 / 100, 2000, 1000],
])('%s', (_, secondsLeft, secondsPerToken, most, tokens) => {
  expect(glanceTokensIn(secondsLeft, secondsPerToken, most)).toBe(tokens);
});

/** Of a run of a thousand steps that computes so many tokens: at which shares of it there is one. */
function through(computed: number, evaluatedAt: readonly number[] = []): number[] {
  const glances = new Glances(1000, 0);
  const at: number[] = [];
  for (let step = 1; step < 1000; step++) {
    const progress = step / 1000;
    if (evaluatedAt.includes(progress)) glances.evaluated(progress);
    else if (glances.due(progress, progress * computed)) {
      at.push(progress);
      glances.glanced(progress);
    }
  }
  expect(at.length * 1000).toBeLessThanOrEqual(Math.max(at.length === 1 ? 0.05 * computed : 0, 0.03 * computed));
  return at;
}

it.each<[string, number, readonly number[], readonly number[]]>([
  ['seven, where they cost little', 1e6, [], [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875]],
  ['as many as have time', 115_000, [], [0.29, 0.58, 0.87]],
  ['one in the middle, where that takes nearly all the time for them', 38_300, [], [0.5]],
  ['one in the middle, where that takes 5 %', 20_100, [], [0.5]],
  ['none, where one takes more', 19_900, [], []],
  ['none where the loss has just been measured', 1e6, [0.2, 0.75], [0.125, 0.325, 0.45, 0.575, 0.7, 0.875]],
])('a run has %s', (_, computed, evaluatedAt, expected) => {
  expect(through(computed, evaluatedAt)).toEqual(expected);
});

it('a run that goes on from a checkpoint counts from there', () => {
  const glances = new Glances(1000, 0.5);
  expect(glances.due(0.6, 1e6)).toBe(false);
  expect(glances.due(0.625, 12_000)).toBe(false);
  expect(glances.due(0.625, 34_000)).toBe(true);
});
