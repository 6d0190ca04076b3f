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
  ['Tab applies an edit beside the cursor', {}, { kind: 'drawn', tab: 'applies', indents: false, away: null }],
  [
    'Tab goes first to an edit further away in view',
    { edit: { from: 20, to: 21 } },
    { kind: 'drawn', tab: 'jumps', indents: false, away: null },
  ],
  [
    'Tab goes first to an edit below the view',
    { edit: { from: 50, to: 51 } },
    { kind: 'drawn', tab: 'jumps', indents: false, away: 'below' },
  ],
  ['Tab jumps up', { visible: [{ from: 13, to: 40 }] }, { kind: 'drawn', tab: 'jumps', indents: false, away: 'above' }],
  [
    'Tab goes first to an edit that is folded away',
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
    'an insertion is drawn if the editor shows no ghost text',
    { insertion: 'x', ghostText: false },
    { kind: 'drawn', tab: 'applies', indents: false, away: null },
  ],
  [
    'Tab indents in an empty line',
    { lineBefore: '    ' },
    { kind: 'drawn', tab: 'applies', indents: true, away: null },
  ],
  [
    'Tab applies in an empty line that it or the list of places went to',
    { lineBefore: '    ', jumped: true, edit: { from: 10, to: 11 } },
    { kind: 'drawn', tab: 'applies', indents: false, away: null },
  ],
  [
    'Tab indents there if the edit is elsewhere',
    { lineBefore: '    ', jumped: true },
    { kind: 'drawn', tab: 'applies', indents: true, away: null },
  ],
  ['nothing is shown beside a completion', { completion: 'shown' }, { kind: 'nothing' }],
  ['nothing is shown while a completion is pending', { completion: 'pending' }, { kind: 'nothing' }],
  ['nothing is shown with several cursors or a selection', { alone: false }, { kind: 'nothing' }],
])('%s', (_name, change, expected) => {
  expect(presentation({ ...near, ...change })).toEqual(expected);
});
