import { expect, test } from 'vitest';
import type { LineChange } from '../edits/change.ts';
import { renamedElsewhere } from './renamedElsewhere.ts';

const lines = ['from area import area, side', 'x = 1', 'y = area(1, 2)', 'z = area(3, 4)'];
const renamed: LineChange = { path: 'area.py', line: 0, before: ['def area(w, h):'], after: ['def surface(w, h):'] };
const here: LineChange = { path: 'uses.py', line: 1, before: ['x = 0'], after: ['x = 1'] };

/** Without a grammar. */
function followed(of: readonly string[], cursor: number): LineChange | null {
  return renamedElsewhere({ path: 'uses.py', lines: of, recent: [renamed] }, cursor, null);
}

test.each<[string, number, readonly LineChange[], string | null]>([
  ['the use nearest to the cursor', 2, [renamed], '2: y = surface(1, 2)'],
  ['no import that is named like its module', 0, [renamed], '2: y = surface(1, 2)'],
  [
    'the renamed import',
    0,
    [{ ...renamed, before: ['def side(a):'], after: ['def width(a):'] }],
    '0: from area import area, width',
  ],
  ['a use after a change here too', 3, [renamed, here], '3: z = surface(3, 4)'],
  ['nothing for a rename in this file', 2, [{ ...renamed, path: 'uses.py' }], null],
  ['nothing for an added parameter, whose value is unknown', 2, [{ ...renamed, after: ['def area(w, h, d):'] }], null],
  ['nothing without a change', 2, [], null],
])('a rename in another file suggests %s', (_name, cursor, recent, expected) => {
  const change = renamedElsewhere({ path: 'uses.py', lines, recent }, cursor, null);
  expect(change === null ? null : `${change.line}: ${change.after[0]}`).toBe(expected);
});

test('nothing is suggested when the file declares the new name', () => {
  expect(followed(['surface = 3', 'y = area(1, 2)'], 1)).toBeNull();
  expect(followed(['x.surface = "surface"', 'y = area(1, 2)'], 1)?.after).toEqual(['y = surface(1, 2)']);
});

test.each([
  ['def show(user, area):'],
  ['function show(area: number) {'],
  ['func show(user string, area int) {'],
  ['const area = 3;'],
  ['area = 3'],
  ['class area:'],
])('nothing is suggested in a file that declares the name itself: %s', (own) => {
  expect(followed(['import x', own, '  y = area(1, 2)'], 2)).toBeNull();
});

test.each([['areas = 3'], ['if area == 3:'], ['print(area)'], ['self.area = 3']])(
  'a use is suggested below a line that does not declare the name: %s',
  (line) => {
    expect(followed([line, 'y = area(1, 2)'], 1)?.after).toEqual(['y = surface(1, 2)']);
  },
);
