import { describe, expect, test } from 'vitest';
import { Random } from '../../common/random.ts';
import { worthShowing } from '../worth.ts';
import { type LeanState, leansOf, MOST_LEAN, moved, NO_LEANS, type Outcome, UNKNOWN } from './lean.ts';
import { Leaning } from './leaning.ts';

function passed(state: LeanState, count: number, isRight: boolean, chance = 0.5): LeanState {
  const outcome: Outcome = { writer: 'base', chance, isRight };
  return Array.from({ length: count }, () => outcome).reduce(moved, state);
}

describe('how far a person moves the chance', () => {
  test.each<[string, number, boolean, number, number]>([
    ['a handful of refusals moves it little', 5, false, -0.25, -0.15],
    ['fifty refusals move it much', 50, false, -1, -0.7],
    ['a thousand move it no further', 1000, false, -1, -1],
    ['what is always right moves it as far up', 1000, true, 1, 1],
  ])('%s', (_, count, isRight, least, most) => {
    const { logOdds } = passed(UNKNOWN, count, isRight).base;
    expect(logOdds).toBeGreaterThanOrEqual(least);
    expect(logOdds).toBeLessThanOrEqual(most);
  });

  test('what was expected moves it least', () => {
    expect(passed(UNKNOWN, 1, true, 0.95).base.logOdds).toBeLessThan(0.01);
    expect(passed(UNKNOWN, 1, true, 0.05).base.logOdds).toBeGreaterThan(0.08);
  });

  test.each([0, 1])('a chance of %i is no end', (chance) => {
    const { logOdds, weight } = passed(passed(UNKNOWN, 10, true, chance), 10, false, chance).base;
    expect([Math.abs(logOdds) <= MOST_LEAN, weight >= 10]).toEqual([true, true]);
  });

  test('one writer says nothing of the other', () => {
    expect(leansOf(passed(UNKNOWN, 50, false)).adapter).toBe(0);
  });

  test('comes near the truth, wherever it was before, and stays there', () => {
    const random = new Random('lean.test');
    for (const before of [UNKNOWN, passed(UNKNOWN, 3000, true), passed(UNKNOWN, 3000, false)]) {
      let state = before;
      let sum = 0;
      for (let i = 0; i < 2000; i++) {
        const odds = 4 * random.next() - 2;
        const [chance, truth] = [odds, odds - 0.5].map((one) => 1 / (1 + Math.exp(-one))) as [number, number];
        state = moved(state, { writer: 'base', chance, isRight: random.next() < truth });
        if (i >= 1000) sum += state.base.logOdds / 1000;
      }
      expect(Math.abs(sum + 0.5)).toBeLessThan(0.15);
    }
  });

  test('after any number of refusals sure suggestions are shown, and a hundred and fifty right ones make it as it was', () => {
    const refused = passed(UNKNOWN, 5000, false, 0.8);
    const sure = { writer: 'base', confidence: -0.02, text: 'return compute(a);' } as const;
    expect(worthShowing(sure, false, leansOf(refused).base)).toBe(sure.text);
    expect(passed(refused, 150, true, 0.8).base.logOdds).toBeGreaterThan(0);
  });
});

test('who types does not wait for the file: it is looked at every minute, one that cannot be read changes nothing, and none is where statistics are off', async () => {
  let nowMs = 0;
  let isOn = true;
  let looked = 0;
  let state: Promise<LeanState> = Promise.resolve(passed(UNKNOWN, 1000, false));
  const leaning = new Leaning(
    () => {
      looked++;
      return state;
    },
    () => nowMs,
    () => isOn,
  );
  expect(leaning.leans).toEqual(NO_LEANS);
  await new Promise(setImmediate);
  expect(leaning.leans.base).toBe(-1);
  expect(looked).toBe(1);
  state = Promise.reject(new Error('no disk'));
  nowMs = 60_000;
  expect(leaning.leans.base).toBe(-1);
  await new Promise(setImmediate);
  expect([looked, leaning.leans.base]).toEqual([2, -1]);
  isOn = false;
  nowMs = 120_000;
  expect([looked, leaning.leans]).toEqual([2, NO_LEANS]);
});

test('what was cleared is forgotten at once, also where it is just being read', async () => {
  const reads: PromiseWithResolvers<LeanState>[] = [];
  let nowMs = 0;
  const leaning = new Leaning(
    () => {
      reads.push(Promise.withResolvers());
      return reads.at(-1)!.promise;
    },
    () => nowMs,
    () => true,
  );
  const old = passed(UNKNOWN, 1000, false);
  expect(leaning.leans).toEqual(NO_LEANS);
  reads[0]!.resolve(old);
  await new Promise(setImmediate);
  expect(leaning.leans.base).toBe(-1);
  nowMs = 60_000;
  expect(leaning.leans.base).toBe(-1);
  leaning.forget();
  reads[1]!.resolve(old);
  await new Promise(setImmediate);
  expect(leaning.leans).toEqual(NO_LEANS);
  nowMs = 120_000;
  expect(leaning.leans).toEqual(NO_LEANS);
  reads[2]!.resolve(passed(UNKNOWN, 1, false));
  await new Promise(setImmediate);
  expect(leaning.leans.base).toBeLessThan(0);
});
