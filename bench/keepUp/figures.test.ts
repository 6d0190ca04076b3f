import { expect, it } from 'vitest';
import { curveOf } from './curve.ts';
import { barsOf, figuresOf, tableOf } from './figures.ts';
import type { Chunk, Walk } from './walk.ts';
import type { Learned, Measured } from './work.ts';

const learned = (tokens: number): Learned => ({
  adapter: 'a',
  tokens,
  cpuSeconds: tokens / 1000,
  scale: 1,
  pairs: 1,
  news: 1,
});
/** Twenty places of ten tokens at `loss` nats per token; every other one is completed. */
const places = (loss: number, kept: number): Measured =>
  Array.from({ length: 20 }, (_, i) => ({
    nll: loss * 10,
    tokens: 10,
    kept: i % 2 === 0 ? kept : null,
    offered: i % 2 === 0 ? true : null,
  }));

/** Before the first chunk there was only one tune, so all arms but the base are equal. */
const chunk = (day: string, losses: readonly [number, number, number, number]): Chunk => ({
  day,
  arms: {
    base: places(losses[0], 1),
    once: places(losses[1], 2),
    anew: places(losses[2], 3),
    kept: places(losses[3], 4),
  },
  anew: learned(100_000),
  kept: learned(20_000),
});

const walked: Walk = {
  repository: 'r<1>',
  chunks: [
    chunk('2026-01-01', [2, 1.5, 1.5, 1.5]),
    chunk('2026-02-01', [2, 1.6, 1.5, 1.52]),
    chunk('2026-03-01', [2, 1.6, 1.5, 1.52]),
  ],
  older: { once: places(1, 0), kept: places(1.004, 0), anew: places(1.05, 0) },
  elsewhere: { once: places(1, 0), kept: places(1.02, 0) },
};

it('compares from the second chunk on, where the arms differ', () => {
  const figures = figuresOf(walked);
  expect(figures.overOnceFallPercent.mean).toBeCloseTo(5);
  expect(figures.minusAnewPercent.mean).toBeCloseTo((0.02 / 1.5) * 100);
  expect(figures.forgottenPercent.mean).toBeCloseTo(0.4);
  expect(figures.forgottenByAnewPercent.mean).toBeCloseTo(5);
  expect(figures.elsewherePercent.mean).toBeCloseTo(2);
  expect(figures.tokens).toEqual({ once: 100_000, anew: 200_000, kept: 40_000 });
  expect(figures.costOverAnew).toBe(0.2);
  expect(figures.kept).toEqual({ base: 1, once: 2, anew: 3, kept: 4 });
  expect(figures.curve.map(({ loss }) => loss.once)).toEqual([1.5, 1.6, 1.6].map((loss) => expect.closeTo(loss)));
});

it('judges each repository by itself', () => {
  const figures = figuresOf(walked);
  expect(barsOf([figures]).map(({ name }) => name)).toEqual([
    'kept-up-over-once-fall-percent',
    'kept-up-cost-over-anew',
    'kept-up-minus-anew-nats-percent',
    'older-code-forgotten-percent',
  ]);
  expect(barsOf([figures, { ...figures, repository: 'other' }]).map(({ name }) => name)[4]).toBe(
    'other: kept-up-over-once-fall-percent',
  );
});

it('draws every arm over the days of its chunks', () => {
  const picture = curveOf(figuresOf(walked));
  expect(picture.match(/<polyline /g)).toHaveLength(4);
  expect(picture).toContain('2026-03-01');
  expect(picture).toContain('r&lt;1&gt;');
  expect(picture).not.toMatch(/NaN|undefined/);
  expect(tableOf(figuresOf(walked))).toMatch(/kept up below once: 5\.00 \[5\.00, 5\.00\] %/);
});
