import { describe, expect, it } from 'vitest';
import { applied, asMadeLast, before, changeBetween, reversed, undoes } from './change.ts';

const lines = ['a', 'b', 'c', 'd', 'e'];
const change = (line: number, from: string[], to: string[]) => ({ path: 'f', line, before: from, after: to });

describe('changes of lines', () => {
  it('are applied and reversed', () => {
    const made = change(1, ['b', 'c'], ['x']);
    expect(applied(lines, made)).toEqual(['a', 'x', 'd', 'e']);
    expect(applied(applied(lines, made), reversed(made))).toEqual(lines);
  });

  it.each([
    ['the reverse', change(1, ['x'], ['b', 'c']), true],
    ['the same again', change(1, ['b', 'c'], ['x']), false],
    ['the same elsewhere', change(2, ['x'], ['b', 'c']), false],
    ['part of it', change(1, ['x'], ['b']), false],
    ['nothing but an empty line', change(1, [''], []), false],
  ])('are undone only by their exact reverse: %s, %j', (_, other, expected) => {
    expect(undoes(other, change(1, ['b', 'c'], ['x']))).toBe(expected);
    expect(undoes(change(1, [], ['']), change(1, [], ['']))).toBe(false);
  });

  it.each([
    ['equal lines', lines, lines, null],
    ['one line', lines, ['a', 'B', 'c', 'd', 'e'], change(11, ['b'], ['B'])],
    ['an insertion', ['a', 'a'], ['a', 'a', 'a'], change(12, [], ['a'])],
    ['a deletion of all', ['a'], [], change(10, ['a'], [])],
  ])('are as small as possible: %s', (_, from, to, expected) => {
    expect(changeBetween('f', 10, from, to)).toEqual(expected);
  });

  it.each([
    ['after lines were added above', [change(3, ['d'], ['D']), change(0, [], ['x', 'y'])], [5, 0]],
    ['after lines were removed above', [change(3, ['d'], ['D']), change(0, ['a', 'b'], [])], [1, 0]],
    ['after a line was added below', [change(1, [], ['b']), change(2, [], ['x'])], [1, 2]],
    ['after a change in another file', [change(3, ['d'], ['D']), { ...change(0, [], ['x']), path: 'g' }], [3, 0]],
    ['after several later changes', [change(2, ['c'], []), change(0, [], ['x']), change(1, [], ['y'])], [4, 0, 1]],
    ['except where a newer change replaced the line', [change(1, ['b'], ['B']), change(1, ['B'], ['C'])], [null, 1]],
  ])('have the line numbers that they would have if made last: %s', (_, changes, expected) => {
    expect(asMadeLast(changes).map((last) => last && last.line)).toEqual(expected);
  });

  it.each([
    ['none', [], ['b', 'c']],
    ['one above that adds a line', [change(0, [], ['a'])], ['b', 'c']],
    ['one below', [change(4, ['E'], ['e'])], ['b', 'c']],
    ['one inside', [change(1, ['B', 'B2'], ['b'])], ['B', 'B2', 'c']],
    ['one across the edge', [change(0, ['A'], ['a', 'b'])], ['A', 'c']],
    ['two, the newer one on top of the older', [change(1, ['1'], ['2']), change(1, ['2'], ['b'])], ['1', 'c']],
  ])('show a region as it was before them: %s', (_, changes, expected) => {
    expect(before(lines, { from: 1, to: 3 }, changes)).toEqual(expected);
  });
});
