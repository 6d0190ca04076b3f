import { expect, it } from 'vitest';
import type { Pair } from '../mining/types.ts';
import { drawHeldOut } from './prepare.ts';

const pairOf = (path: string, at: number, middle = `${path} ${at}`): Pair => ({
  path,
  language: 'typescript',
  kind: 'line-end',
  split: 'held-out',
  commit: '',
  startByte: at,
  endByte: at + middle.length,
  prefix: `line ${at}\n`,
  middle,
  suffix: '',
  context: '',
});

const files = ['a.ts', 'b.ts', 'c.ts', 'd.ts'];
const pairs = files.flatMap((path) => Array.from({ length: 50 }, (_, at) => pairOf(path, at)));

it('a commit keeps the order of the pairs of the files that it does not change', () => {
  const changed = pairs.flatMap((pair) =>
    pair.path === 'b.ts' ? [pairOf('b.ts', pair.startByte, 'changed'), pairOf('b.ts', 1000 + pair.startByte)] : [pair],
  );
  const others = (drawn: readonly Pair[]) => drawn.filter(({ path }) => path !== 'b.ts');
  expect(others(drawHeldOut(changed, changed.length))).toEqual(others(drawHeldOut(pairs, pairs.length)));
});

it('every prefix draws from all files', () => {
  for (const count of [40, 80, 120]) {
    const drawn = drawHeldOut(pairs, count);
    expect(new Set(drawn).size).toBe(count);
    for (const path of files) {
      const share = drawn.filter((pair) => pair.path === path).length / count;
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.4);
    }
  }
});

it('pairs to train on are not drawn', () => {
  expect(drawHeldOut([{ ...pairOf('a.ts', 1), split: 'train' }], 10)).toEqual([]);
});
