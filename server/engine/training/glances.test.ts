import { describe, expect, it } from 'vitest';
import { Glances, glanceIn } from './glances.ts';

describe('glanceIn', () => {
  it.each([
    ['a slow machine glances at a few pairs', 460, 1 / 100, 2000, 1000],
    ['a faster one at more', 400, 1 / 1000, 2700, 1500],
    ['the fastest at all', 460, 1 / 100_000, 24_000, 24_000],
    ['a repository of few held-out tokens has no more', 460, 1 / 100, 500, 500],
    ['one that has no time left glances at the least', -3, 1 / 100, 2000, 1000],
  ])('%s', (_, secondsLeft, secondsPerToken, most, tokens) => {
    const glance = glanceIn(secondsLeft, secondsPerToken, most);
    expect(glance).toEqual({ tokens, seconds: expect.closeTo(tokens * secondsPerToken, 9) });
  });
});

describe('Glances', () => {
  /** Of a run of a thousand steps: at which shares of it, and their share of its time. */
  function through(runSeconds: number, seconds: number, evaluatedAt: readonly number[] = []) {
    const glances = new Glances(0, 0);
    const at: number[] = [];
    for (let step = 1; step < 1000; step++) {
      const progress = step / 1000;
      if (evaluatedAt.includes(progress)) glances.seen(progress);
      else if (glances.due(progress, progress * runSeconds, seconds)) {
        at.push(progress);
        glances.seen(progress, seconds);
      }
    }
    return { at, share: (at.length * seconds) / runSeconds };
  }

  it.each<[string, number, readonly number[], readonly number[]]>([
    ['seven, where they cost little', 1, [], [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875]],
    ['as many as have time', 4, [], [0.29, 0.58, 0.87]],
    ['one, where that takes nearly all the time for them', 12, [], [0.87]],
    ['none, where one takes more', 14, [], []],
    ['none where the loss has just been measured', 1, [0.2, 0.75], [0.125, 0.325, 0.45, 0.575, 0.7, 0.875]],
  ])('a run has %s', (_, seconds, evaluatedAt, expected) => {
    const { at, share } = through(460, seconds, evaluatedAt);
    expect(at.map((one) => one.toFixed(2))).toEqual(expected.map((one) => one.toFixed(2)));
    expect(share).toBeLessThanOrEqual(0.03);
  });

  it('one that goes on from a checkpoint counts its time from there', () => {
    const glances = new Glances(0.5, 230);
    expect(glances.due(0.625, 288, 1.8)).toBe(false);
    expect(glances.due(0.64, 294, 1.8)).toBe(true);
  });
});
