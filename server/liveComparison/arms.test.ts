import { describe, expect, it, test } from 'vitest';
import { randomFrom } from '../common/random.ts';
import type { ArmCounts } from '../protocol/liveComparison.ts';
import {
  acceptance,
  addArms,
  armOf,
  difference,
  isWorseInUse,
  NO_OBSERVATIONS,
  observed,
  survival,
  tellableDifference,
} from './arms.ts';

const counts = (offered: number, accepted: number): ArmCounts => ({ ...NO_OBSERVATIONS, offered, accepted });
/** Each in a document of its own. */
const apart = (offered: number, accepted: number): ArmCounts => ({
  ...counts(offered, accepted),
  documents: offered,
  offeredSquared: offered,
  acceptedSquared: accepted,
  offeredAccepted: accepted,
});
/** Suggestions in one document. */
const ofDocument = (offered: number, accepted: number): ArmCounts => ({
  ...counts(offered, accepted),
  documents: 1,
  offeredSquared: offered ** 2,
  acceptedSquared: accepted ** 2,
  offeredAccepted: offered * accepted,
});

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

test('survival is the mean kept share', () => {
  const of = (...shares: readonly number[]): ArmCounts =>
    shares.reduce((sum, share) => observed(sum, { kind: 'survived', share }, NO_OBSERVATIONS), NO_OBSERVATIONS);
  expect(survival(of(1, 0.5, 0))!.mean).toBeCloseTo(0.5);
  expect(survival(of(1))).toBeNull();
  // As Wilson's of 2 of 2.
  expect(survival(of(1, 1))).toMatchObject({ mean: 1, low: expect.closeTo(0.3424, 3), high: 1 });
});

it.each([
  ['five suggestions', 5, 1, 0],
  ['twenty', 20, 1, 0],
  ['five in each of twenty documents, often kept or deleted together', 20, 5, 0.6],
])('the interval of survival holds the true share after %s', (_, documents, suggestions, together) => {
  const [share, trials] = [0.85, 1000];
  const random = randomFrom('survival');
  const draw = (): number => Number(random() < share);
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    let all = NO_OBSERVATIONS;
    for (let document = 0; document < documents; document++) {
      let own = NO_OBSERVATIONS;
      const common = draw();
      for (let i = 0; i < suggestions; i++) {
        const observation = { kind: 'survived', share: random() < together ? common : draw() } as const;
        [all, own] = [observed(all, observation, own), observed(own, observation, own)];
      }
    }
    const { low, high } = survival(all)!;
    if (low <= share && share <= high) held++;
  }
  expect(held / trials).toBeGreaterThan(0.92);
});

test('counts the suggestions of a document as they come', () => {
  const [offered, accepted] = [{ kind: 'offered' }, { kind: 'accepted' }] as const;
  let sum = NO_OBSERVATIONS;
  for (const observation of [offered, accepted, offered, offered, accepted, offered])
    sum = observed(sum, observation, sum);
  expect(sum).toEqual(ofDocument(4, 2));
});

describe('intervals widen where the suggestions of a document are alike', () => {
  const alike = [ofDocument(20, 20), ofDocument(20, 0), ofDocument(20, 20), ofDocument(20, 0)].reduce(addArms);
  const width = ({ low, high }: { readonly low: number; readonly high: number }): number => high - low;

  it('four documents, all or nothing in each, say little more than four suggestions', () => {
    expect(width(acceptance(alike)!)).toBeGreaterThan(0.6);
    expect(width(acceptance(apart(80, 40))!)).toBeCloseTo(width(acceptance(counts(80, 40))!));
  });

  it('an arm without any accepted suggestion is judged by that too', () => {
    const none = ofDocument(80, 0);
    expect(width(difference(none, alike)!)).toBeGreaterThan(1.5 * width(difference(none, apart(80, 40))!));
  });
});

test.each([
  ['clearly, in many documents', apart(300, 30), apart(300, 90), true],
  ['not by a little', apart(300, 60), apart(300, 70), false],
  ['not with too few suggestions', apart(40, 0), apart(40, 40), false],
  ['not in too few documents', ofDocument(300, 30), ofDocument(300, 90), false],
  ['not the other way round', apart(300, 90), apart(300, 30), false],
])('worse in use: %s', (_title, active, rival, expected) => {
  expect(isWorseInUse(active, rival)).toBe(expected);
});

/**
 * Whether one of two equal arms is ever called worse, checked after each suggestion. `of`: number of suggestions in a document, and how
 * many are accepted.
 */
function isCalledWorse(
  suggestions: number,
  random: () => number,
  of: () => { readonly accepts: number; readonly length: number },
): boolean {
  const arms: [ArmCounts, ArmCounts] = [NO_OBSERVATIONS, NO_OBSERVATIONS];
  for (let shown = 0; shown < suggestions; ) {
    const arm = random() < 0.5 ? 0 : 1;
    const { accepts, length } = of();
    let here = NO_OBSERVATIONS;
    for (let i = 0; i < length; i++, shown++) {
      for (const kind of random() < accepts ? (['offered', 'accepted'] as const) : (['offered'] as const)) {
        arms[arm] = observed(arms[arm], { kind }, here);
        here = observed(here, { kind }, here);
      }
      if (isWorseInUse(...arms)) return true;
    }
  }
  return false;
}

test.each([
  ['one suggestion per document', 1000, () => ({ accepts: 0.3, length: 1 })],
  ['documents that differ', 2000, (random: () => number) => ({ accepts: random() < 0.5 ? 0.1 : 0.5, length: 20 })],
])(
  'equals are called worse in fewer than one of twenty comparisons, however often they are checked: %s',
  (_, suggestions, of) => {
    const random = randomFrom(7, 'equals');
    let alarms = 0;
    for (let run = 0; run < 200; run++) alarms += Number(isCalledWorse(suggestions, random, () => of(random)));
    expect(alarms).toBeLessThan(10);
  },
);

test('equals are not told apart more often than their intervals say, in however few documents', () => {
  const random = randomFrom(3, 'told apart');
  const arm = (documents: number): ArmCounts =>
    Array.from({ length: documents }, () => {
      const accepts = random() < 0.5 ? 0.1 : 0.5;
      let here = NO_OBSERVATIONS;
      for (let i = 0; i < 20; i++)
        for (const kind of random() < accepts ? (['offered', 'accepted'] as const) : (['offered'] as const))
          here = observed(here, { kind }, here);
      return here;
    }).reduce(addArms);
  for (const documents of [1, 2, 3, 4, 6, 12]) {
    let told = 0;
    for (let run = 0; run < 500; run++) {
      const apart = tellableDifference(arm(documents), arm(documents));
      told += Number(apart !== null && (apart.low > 0 || apart.high < 0));
    }
    expect(told / 500).toBeLessThan(0.08);
  }
});
