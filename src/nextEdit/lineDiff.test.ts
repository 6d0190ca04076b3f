import { describe, expect, test } from 'vitest';
import { fragmentsOf, hunksOf } from './lineDiff.ts';

describe('hunksOf', () => {
  test.each([
    ['nothing', 'a b', 'a b', []],
    ['an inserted line', 'a b', 'a x b', [[1, 1, 1, 2]]],
    ['a deleted line', 'a x b', 'a b', [[1, 2, 1, 1]]],
    [
      'a changed line and an inserted one further down',
      'a b c',
      'x b y c',
      [
        [0, 1, 0, 1],
        [2, 2, 2, 3],
      ],
    ],
    ['all of it', 'a b', 'x y z', [[0, 2, 0, 3]]],
    ['everything deleted', 'a b', '', [[0, 2, 0, 1]]],
  ])('%s', (_name, old, updated, expected) => {
    const hunks = hunksOf(old.split(' '), updated.split(' '));
    expect(hunks.map(({ from, to, newFrom, newTo }) => [from, to, newFrom, newTo])).toEqual(expected);
  });

  test('the changed middle of thousands of lines is one hunk', () => {
    const old = Array.from({ length: 10_000 }, (_, i) => `old ${i}`);
    const updated = old.map((line, i) => (i > 10 && i < 9000 ? `${line}!` : line));
    expect(hunksOf(old, updated)).toEqual([{ from: 11, to: 9000, newFrom: 11, newTo: 9000 }]);
  });
});

describe('fragmentsOf', () => {
  /** `[url→address]` marks a fragment. */
  const shown = (old: string, updated: string): string | null => {
    const fragments = fragmentsOf(old, updated);
    if (fragments === null) return null;
    return fragments.reduceRight(
      (text, { from, to, text: now }) => `${text.slice(0, from)}[${old.slice(from, to)}→${now}]${text.slice(to)}`,
      old,
    );
  };
  test.each([
    ['a renamed word', 'get(url, 1)', 'get(address, 1)', 'get([url→address], 1)'],
    ['a word renamed twice', 'url = f(url)', 'address = f(address)', '[url→address] = f([url→address])'],
    ['a part of a word counts as the word', 'userName', 'userNames', '[userName→userNames]'],
    ['an inserted argument', 'f(a)', 'f(a, b)', 'f(a[→, b])'],
    ['neighbouring words are one fragment', 'a.b.c', 'x.y.c', '[a.b→x.y].c'],
    ['a line that becomes another', 'one two', 'three', '[one two→three]'],
    ['too many fragments', 'f(a, b, c, d)', 'g(x, y, z, w)', null],
    ['an empty line', '', 'x = 1', '[→x = 1]'],
    ['a word of emoji', 'a 😀', 'a 😁', 'a [😀→😁]'],
    ['nothing', 'a', 'a', 'a'],
  ])('%s', (_name, old, updated, expected) => {
    expect(shown(old, updated)).toBe(expected);
  });
});
