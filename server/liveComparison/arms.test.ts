import { describe, expect, it, test } from 'vitest';
import type { ArmCounts } from '../protocol/liveComparison.ts';
import { acceptance, addArms, armOf, difference, isWorseInUse, NO_OBSERVATIONS, observed, survival } from './arms.ts';

const counts = (offered: number, accepted: number): ArmCounts => ({ ...NO_OBSERVATIONS, offered, accepted });

describe('armOf', () => {
  it('is the same for a document all day, and drawn anew the next', () => {
    const arms = (day: string): string[] =>
      Array.from({ length: 200 }, (_, i) => armOf('seed', 0.5, `file:///${i}.ts`, day));
    expect(arms('2026-01-01')).toEqual(arms('2026-01-01'));
    expect(arms('2026-01-01')).not.toEqual(arms('2026-01-02'));
  });

  it.each([0, 0.1, 0.5, 1])('gives the rival a share of %d', (share) => {
    const rivals = Array.from({ length: 2000 }, (_, i) => armOf('s', share, `file:///${i}`, 'd')).filter(
      (arm) => arm === 'rival',
    );
    expect(Math.abs(rivals.length / 2000 - share)).toBeLessThan(0.04);
  });
});

test('acceptance has Wilson’s interval', () => {
  // Wilson 1927 as tabulated by Newcombe 1998 (Statistics in Medicine 17, 857): 81 of 263, 15 of 148, 0 of 20.
  for (const [offered, accepted, low, high] of [
    [263, 81, 0.2553, 0.3662],
    [148, 15, 0.0624, 0.1605],
    [20, 0, 0, 0.1611],
  ] as const) {
    const found = acceptance(counts(offered, accepted))!;
    expect(found.low).toBeCloseTo(low, 3);
    expect(found.high).toBeCloseTo(high, 3);
  }
  expect(acceptance(NO_OBSERVATIONS)).toBeNull();
});

test('the difference has Newcombe’s interval', () => {
  // Newcombe 1998 (Statistics in Medicine 17, 873), table II, method 10: 56/70 and 48/80.
  const found = difference(counts(70, 56), counts(80, 48))!;
  expect(found.mean).toBeCloseTo(0.2, 6);
  expect(found.low).toBeCloseTo(0.0524, 3);
  expect(found.high).toBeCloseTo(0.3339, 3);
});

test('survival is the mean kept share with the interval of its spread', () => {
  const three = [1, 0.5, 0].reduce((sum, share) => observed(sum, { kind: 'survived', share }), NO_OBSERVATIONS);
  const found = survival(three)!;
  expect(found.mean).toBeCloseTo(0.5);
  expect(found.low).toBe(0);
  expect(survival(observed(NO_OBSERVATIONS, { kind: 'survived', share: 1 }))).toBeNull();
});

test.each([
  ['clearly', counts(300, 30), counts(300, 90), true],
  ['a little', counts(300, 60), counts(300, 70), false],
  ['too few to say', counts(40, 0), counts(40, 40), false],
  ['the other way round', counts(300, 90), counts(300, 30), false],
])('worse in use: %s', (_title, active, rival, expected) => {
  expect(isWorseInUse(active, rival)).toBe(expected);
});

test('a comparison between equals is called worse in fewer than one of twenty, however often it is looked at', () => {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let alarms = 0;
  for (let run = 0; run < 200; run++) {
    let arms = [NO_OBSERVATIONS, NO_OBSERVATIONS] as [ArmCounts, ArmCounts];
    for (let i = 0; i < 1000; i++) {
      const arm = random() < 0.5 ? 0 : 1;
      const accepted = random() < 0.3 ? 1 : 0;
      arms = arms.with(arm, addArms(arms[arm]!, counts(1, accepted))) as [ArmCounts, ArmCounts];
      if (isWorseInUse(...arms)) {
        alarms++;
        break;
      }
    }
  }
  expect(alarms).toBeLessThan(10);
});
