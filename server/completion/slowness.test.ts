import { expect, test } from 'vitest';
import { Slowness } from './slowness.ts';

test('a model that keeps reaching the deadline is reported once', () => {
  const slowness = new Slowness();
  const told = Array.from({ length: 40 }, () => slowness.add(2900));
  expect(told.filter(Boolean)).toHaveLength(1);
});

test('occasional slow answers are not reported', () => {
  const slowness = new Slowness();
  for (let i = 0; i < 60; i++) expect(slowness.add(i % 3 === 0 ? 20_000 : 200)).toBe(false);
});
