import { expect, test } from 'vitest';
import { pairToCompare } from './pairToCompare.ts';

test.each<[string, string[], string, string, [string | undefined, string | undefined]]>([
  ['nothing is chosen yet', ['a', 'b', 'c'], '', '', ['a', 'b']],
  ['both are chosen', ['a', 'b', 'c'], 'c', 'a', ['c', 'a']],
  ['there was one and another was added', ['b', 'a'], 'a', 'a', ['a', 'b']],
  ['one of the two was deleted', ['b', 'c'], 'a', 'b', ['b', 'c']],
  ['there is only one', ['a'], 'a', '', ['a', undefined]],
  ['there is none', [], '', '', [undefined, undefined]],
])('offers up to two different adapters when %s', (_, ids, first, second, expected) => {
  expect(pairToCompare(ids, first, second)).toEqual(expected);
});
