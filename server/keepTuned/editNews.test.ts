import { expect, test } from 'vitest';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import { countNews, MOST_OF_A_FILE } from './editNews.ts';

const FIRST = 'f'.repeat(40);
const paths = Array.from({ length: 400 }, (_, i) => `src/${i}.ts`);
const isHeldOut = (path: string): boolean => heldOutPosition(FIRST, path) < heldOutFraction;
const [a, b, c] = paths.filter((path) => !isHeldOut(path)) as [string, string, string];
const heldOut = paths.find(isHeldOut)!;

const at = (path: string, ...timesMs: number[]) => timesMs.map((atMs) => ({ atMs, path }));
const often = (path: string, count: number) => at(path, ...Array.from({ length: count }, (_, i) => 100 + i));

test.each([
  ['edits since the last time, up to the commit that is learned to', at(a, 99, 100, 101, 500, 501), 2],
  ['at most ten edits of each file', [...often(a, 60), ...often(b, 12), ...often(c, 3)], 2 * MOST_OF_A_FILE + 2],
  ['no edit of a held-out file', [...at(heldOut, 200, 300), ...at(a, 200)], 1],
  ['none without edits', [], 0],
])('counts %s', (_, edits, count) =>
  expect(countNews(edits, { sinceMs: 100, untilMs: 500, firstCommit: FIRST })).toBe(count),
);
