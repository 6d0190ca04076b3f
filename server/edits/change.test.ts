import { describe, expect, it } from 'vitest';
import { applied, before, changeBetween, reversed } from './change.ts';

const lines = ['a', 'b', 'c', 'd', 'e'];
const change = (line: number, from: string[], to: string[]) => ({ path: 'f', line, before: from, after: to });

describe('changes of lines', () => {
  it('are applied and taken back', () => {
    const made = change(1, ['b', 'c'], ['x']);
    expect(applied(lines, made)).toEqual(['a', 'x', 'd', 'e']);
    expect(applied(applied(lines, made), reversed(made))).toEqual(lines);
  });

  it.each([
    ['equal lines', lines, lines, null],
    ['one line', lines, ['a', 'B', 'c', 'd', 'e'], change(11, ['b'], ['B'])],
    ['an insertion', ['a', 'a'], ['a', 'a', 'a'], change(12, [], ['a'])],
    ['a deletion of all', ['a'], [], change(10, ['a'], [])],
  ])('are as small as they can be: %s', (_, from, to, expected) => {
    expect(changeBetween('f', 10, from, to)).toEqual(expected);
  });

  it.each([
    ['none', [], ['b', 'c']],
    ['one above that adds a line', [change(0, [], ['a'])], ['b', 'c']],
    ['one below', [change(4, ['E'], ['e'])], ['b', 'c']],
    ['one inside', [change(1, ['B', 'B2'], ['b'])], ['B', 'B2', 'c']],
    ['one over the edge', [change(0, ['A'], ['a', 'b'])], ['A', 'c']],
    ['two, the newer one on top of the older', [change(1, ['1'], ['2']), change(1, ['2'], ['b'])], ['1', 'c']],
  ])('a region as it was before them: %s', (_, changes, expected) => {
    expect(before(lines, { from: 1, to: 3 }, changes)).toEqual(expected);
  });
});
