import { describe, expect, test } from 'vitest';
import { Random } from '../../common/random.ts';
import { worthShowing } from '../worth.ts';
import { type LeanState, leansOf, MOST_LEAN, moved, NO_LEANS, type Outcome, UNKNOWN } from './lean.ts';
import { Leaning } from './leaning.ts';

function passed(state: LeanState, count: number, isRight: boolean, chance = 0.5): LeanState {
  const outcome: Outcome = { writer: 'base', chance, isRight };
  return Array.from({ length: count }, () => outcome).reduce(moved, state);
}

describe('the lean of a person', () => {
  test.each<[string, number, boolean, number, number]>([
    ['moves little after five refusals', 5, false, -0.25, -0.15],
    ['moves far after fifty refusals', 50, false, -1, -0.7],
    ['reaches its lower bound after a thousand refusals', 1000, false, -1, -1],
    ['reaches its upper bound when everything is right', 1000, true, 1, 1],
  ])('%s', (_, count, isRight, least, most) => {
    const { logOdds } = passed(UNKNOWN, count, isRight).base;
    expect(logOdds).toBeGreaterThanOrEqual(least);
    expect(logOdds).toBeLessThanOrEqual(most);
  });

  test('moves least for expected outcomes', () => {
    expect(passed(UNKNOWN, 1, true, 0.95).base.logOdds).toBeLessThan(0.01);
    expect(passed(UNKNOWN, 1, true, 0.05).base.logOdds).toBeGreaterThan(0.08);
  });

  test.each([0, 1])('stays bounded at a chance of %i', (chance) => {
    const { logOdds, weight } = passed(passed(UNKNOWN, 10, true, chance), 10, false, chance).base;
    expect([Math.abs(logOdds) <= MOST_LEAN, weight >= 10]).toEqual([true, true]);
  });

  test('of one writer is not moved by outcomes of the other', () => {
    expect(leansOf(passed(UNKNOWN, 50, false)).adapter).toBe(0);
  });

  test('converges to the true offset from any starting point', () => {
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

  test('lets sure suggestions through after 5000 refusals and recovers after 150 right ones', () => {
    const refused = passed(UNKNOWN, 5000, false, 0.8);
    const sure = { writer: 'base', confidence: -0.02, text: 'return compute(a);' } as const;
    expect(worthShowing(sure, false, leansOf(refused).base)).toBe(sure.text);
    expect(passed(refused, 150, true, 0.8).base.logOdds).toBeGreaterThan(0);
  });
});

test('leans are read once a minute without waiting, survive a failed read and are none with statistics off', async () => {
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

test('cleared leans are forgotten at once, even while a read is in progress', async () => {
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
