import { expect, test } from 'vitest';
import { Slowness } from './slowness.ts';

test('a model that mostly comes to the deadline is told once', () => {
  const slowness = new Slowness();
  const told = Array.from({ length: 40 }, () => slowness.add(2900));
  expect(told.filter(Boolean)).toHaveLength(1);
});

test('single slow answers are nobody’s business', () => {
  const slowness = new Slowness();
  for (let i = 0; i < 60; i++) expect(slowness.add(i % 3 === 0 ? 20_000 : 200)).toBe(false);
});
