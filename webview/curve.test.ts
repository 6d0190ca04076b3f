import { expect, test } from 'vitest';
import type { LossPoint } from '../server/protocol/tune.ts';
import { describeCurve } from './curve.ts';

const point = (step: number, train: number | null, heldOut: number | null): LossPoint => ({ step, train, heldOut });

test.each<[string, LossPoint[], string]>([
  ['nothing yet', [], 'No step yet'],
  ['one score', [point(0, null, 2.0)], 'held-out 2.00'],
  [
    'both curves from their first to their last point',
    [point(0, null, 2.0), point(1, 2.5, null), point(2, 2.25, 1.8)],
    'train 2.50 → 2.25, held-out 2.00 → 1.80',
  ],
])('describes the loss curves in a sentence: %s', (_, points, sentence) => {
  expect(describeCurve(points)).toBe(sentence);
});
