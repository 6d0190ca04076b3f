import { expect, test } from 'vitest';
import { presentation, type Situation } from './presentation.ts';

const near: Situation = {
  alone: true,
  cursor: { line: 10, character: 6 },
  lineBefore: 'return',
  edit: { from: 12, to: 13 },
  visible: [{ from: 0, to: 40 }],
  insertion: null,
  ghostText: true,
  completion: 'none',
  jumped: false,
};

test.each<[string, Partial<Situation>, ReturnType<typeof presentation>]>([
  ['beside the cursor, Tab applies', {}, { kind: 'drawn', tab: 'applies', indents: false, away: null }],
  [
    'further away in view, Tab goes there first',
    { edit: { from: 20, to: 21 } },
    { kind: 'drawn', tab: 'jumps', indents: false, away: null },
  ],
  [
    'below the view too',
    { edit: { from: 50, to: 51 } },
    { kind: 'drawn', tab: 'jumps', indents: false, away: 'below' },
  ],
  ['and above it', { visible: [{ from: 13, to: 40 }] }, { kind: 'drawn', tab: 'jumps', indents: false, away: 'above' }],
  [
    'and where it is folded away',
    {
      visible: [
        { from: 0, to: 11 },
        { from: 30, to: 60 },
      ],
    },
    { kind: 'drawn', tab: 'jumps', indents: false, away: 'below' },
  ],
  ['an insertion at the cursor is ghost text', { insertion: 'x' }, { kind: 'ghost', text: 'x' }],
  [
    'unless the editor shows none',
    { insertion: 'x', ghostText: false },
    { kind: 'drawn', tab: 'applies', indents: false, away: null },
  ],
  [
    'in an empty line Tab indents',
    { lineBefore: '    ' },
    { kind: 'drawn', tab: 'applies', indents: true, away: null },
  ],
  [
    'unless Tab or the list of places went there',
    { lineBefore: '    ', jumped: true, edit: { from: 10, to: 11 } },
    { kind: 'drawn', tab: 'applies', indents: false, away: null },
  ],
  [
    'and the edit is there',
    { lineBefore: '    ', jumped: true },
    { kind: 'drawn', tab: 'applies', indents: true, away: null },
  ],
  ['a completion comes first', { completion: 'shown' }, { kind: 'nothing' }],
  ['and is waited for', { completion: 'pending' }, { kind: 'nothing' }],
  ['several cursors, or a selection', { alone: false }, { kind: 'nothing' }],
])('%s', (_name, change, expected) => {
  expect(presentation({ ...near, ...change })).toEqual(expected);
});
