import { expect, it } from 'vitest';
import { prunedText } from './share.ts';

it.each<[readonly string[], number, boolean, string]>([
  [[], 0, false, 'There is no version to delete.'],
  [['a', 'b'], 0, true, 'Deleted: a, b'],
  [['a'], 1, false, 'Would delete: a, 1 part of an unfinished upload'],
  [[], 3, true, 'Deleted: 3 parts of unfinished uploads'],
])('of %j and %d parts, deleted %j: %s', (versions, orphanParts, done, text) =>
  expect(prunedText(versions, orphanParts, done)).toBe(text),
);
