/** Signed weights are the slopes of KTO's loss; and its constants. */
import { describe, expect, test } from 'vitest';
import { ktoLoss, ktoWeight, lambdasFor, referencePointOf, type Valuation, type Wish } from './kto.ts';

const even: Valuation = { beta: 0.1, referencePoint: 0, lambda: { accepted: 1, rejected: 1 } };

describe('weights', () => {
  test.each<[string, Wish, number, Partial<Valuation>, number]>([
    ['accepted text at the reference point weighs as much as any text', 'accepted', 0, {}, 1],
    ['rejected text has a negative weight', 'rejected', 0, {}, -1],
    ['a rare kind weighs more by its lambda', 'accepted', 0, { lambda: { accepted: 3, rejected: 1 } }, 3],
    ['the middle is at the reference point', 'accepted', 5, { referencePoint: 5 }, 1],
    ['accepted text that is already likely weighs nothing', 'accepted', 1000, {}, 0],
    ['rejected text that is already unlikely weighs nothing', 'rejected', -1000, {}, 0],
    ['accepted text that is out of reach weighs nothing', 'accepted', -1000, {}, 0],
    ['a huge ratio does not overflow', 'rejected', Number.MAX_VALUE, {}, 0],
  ])('%s', (_, wish, ratio, changes, weight) => {
    expect(ktoWeight({ wish, ratio }, { ...even, ...changes })).toBeCloseTo(weight, 10);
  });

  test.each<[Wish, number, number, number]>(
    (['accepted', 'rejected'] as const).flatMap((wish) =>
      [-30, -3, 0, 0.5, 20].flatMap((ratio) =>
        [0.05, 0.5].flatMap((beta) =>
          [0, 2].map((point): [Wish, number, number, number] => [wish, ratio, beta, point]),
        ),
      ),
    ),
  )('are the slope of the loss (%s, r = %d, beta = %d, z0 = %d)', (wish, ratio, beta, referencePoint) => {
    const valuation = { beta, referencePoint, lambda: { accepted: 1.5, rejected: 1 } };
    const h = 1e-4;
    const loss = (nllChange: number) => ktoLoss({ wish, ratio: ratio - nllChange }, valuation);
    const slope = (loss(h) - loss(-h)) / (2 * h);
    expect((ktoWeight({ wish, ratio }, valuation) * beta) / 4).toBeCloseTo(slope, 7);
  });
});

test.each([
  [10, 10, { accepted: 1, rejected: 1 }],
  [10, 40, { accepted: 4, rejected: 1 }],
  [30, 10, { accepted: 1, rejected: 3 }],
  [0, 10, { accepted: 1, rejected: 1 }],
  [10, 0, { accepted: 1, rejected: 1 }],
])('%i accepted and %i rejected weigh the same in sum', (accepted, rejected, lambdas) => {
  expect(lambdasFor(accepted, rejected)).toEqual(lambdas);
});

test.each([
  ['the mean of the ratios', [1, 2, 6], 3],
  ['at least 0', [-4, 1], 0],
  ['0 without ratios', [], 0],
])('the reference point is %s', (_, ratios, point) => {
  expect(referencePointOf(ratios)).toBe(point);
});
