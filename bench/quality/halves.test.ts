import { expect, test } from 'vitest';
import { halves } from './halves.ts';

test('halves share no file, hold every place, and do not depend on the order of places', () => {
  const places = Array.from({ length: 90 }, (_, i) => ({ path: `src/${i % 15}.ts`, i }));
  const [a, b] = halves(places);
  const files = (half: typeof places) => new Set(half.map(({ path }) => path));
  expect([...files(a)].filter((path) => files(b).has(path))).toEqual([]);
  expect(a.length + b.length).toBe(places.length);
  expect(Math.abs(a.length - b.length)).toBeLessThanOrEqual(6);
  expect(files(halves(places.toReversed())[0])).toEqual(files(a));
});
