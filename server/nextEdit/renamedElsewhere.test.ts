import { expect, test } from 'vitest';
import type { LineChange } from '../edits/change.ts';
import { renamedElsewhere } from './renamedElsewhere.ts';

const lines = ['from area import area, side', 'x = 1', 'y = area(1, 2)', 'z = area(3, 4)'];
const renamed: LineChange = { path: 'area.py', line: 0, before: ['def area(w, h):'], after: ['def surface(w, h):'] };
const here: LineChange = { path: 'uses.py', line: 1, before: ['x = 0'], after: ['x = 1'] };

test.each<[string, number, readonly LineChange[], string | null]>([
  ['the use nearest to the cursor', 2, [renamed], '2: y = surface(1, 2)'],
  ['not an import of what is called like its module', 0, [renamed], '2: y = surface(1, 2)'],
  [
    'another import',
    0,
    [{ ...renamed, before: ['def side(a):'], after: ['def width(a):'] }],
    '0: from area import area, width',
  ],
  ['also after a change here', 3, [renamed, here], '3: z = surface(3, 4)'],
  ['not what was changed in this file', 2, [{ ...renamed, path: 'uses.py' }], null],
  ['not another parameter: what to write is not known', 2, [{ ...renamed, after: ['def area(w, h, d):'] }], null],
  ['not without a change', 2, [], null],
])('%s', (_name, cursor, recent, expected) => {
  const change = renamedElsewhere(lines, 'uses.py', cursor, recent);
  expect(change === null ? null : `${change.line}: ${change.after[0]}`).toBe(expected);
});

test.each([
  ['def show(user, area):'],
  ['function show(area: number) {'],
  ['func show(user string, area int) {'],
  ['const area = 3;'],
  ['area = 3'],
  ['class area:'],
])('not in a file that has a name of its own like it: %s', (own) => {
  expect(renamedElsewhere(['import x', own, '  y = area(1, 2)'], 'uses.py', 2, [renamed])).toBeNull();
});

test.each([['areas = 3'], ['if area == 3:'], ['print(area)'], ['self.area = 3']])(
  'a line like this one declares none: %s',
  (line) => {
    expect(renamedElsewhere([line, 'y = area(1, 2)'], 'uses.py', 1, [renamed])?.after).toEqual(['y = surface(1, 2)']);
  },
);
