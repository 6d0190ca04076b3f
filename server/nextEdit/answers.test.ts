import { expect, test } from 'vitest';
import { heapGrowth } from '../common/testing.ts';
import { linesOf } from '../edits/lineEdit.ts';
import type { EditSituation } from '../edits/situation.ts';
import { buildEditPrompt, EDIT_BUDGETS, type EditLayout } from '../prompt/editPrompt.ts';
import { Answers, keyOf } from './answers.ts';

const situation: EditSituation = {
  path: 'a.ts',
  lines: Array.from({ length: 400 }, (_, i) => `a${i}`),
  region: { from: 0, to: 8 },
  recent: [],
  related: [],
};

test.each<[EditLayout, number]>([
  ['blocks', 12],
  ['sweep', 12],
  ['sweep', 250],
])('the key of an answer in the layout %s depends on line %i, which its prompt shows', (layout, line) => {
  const other = { ...situation, lines: situation.lines.with(line, 'b') };
  const shown = (of: EditSituation) => buildEditPrompt(of, EDIT_BUDGETS[layout].serving, layout);
  expect(shown(other)).not.toEqual(shown(situation));
  expect(keyOf(other, 'm')).not.toBe(keyOf(situation, 'm'));
});

test('the key of an answer depends on a shown change older than many that are not shown', () => {
  const blank = (i: number) => ({ path: 'b.ts', line: i, before: ['b'], after: ['  b'] });
  const after = (text: string) => {
    const older = { path: 'b.ts', line: 0, before: ['a'], after: [text] };
    return { ...situation, recent: [older, ...Array.from({ length: 8 }, (_, i) => blank(i + 1))] };
  };
  const shown = (of: EditSituation) => buildEditPrompt(of, EDIT_BUDGETS.sweep.serving, 'sweep');
  expect(shown(after('one'))).not.toEqual(shown(after('two')));
  expect(keyOf(after('one'), 'm')).not.toBe(keyOf(after('two'), 'm'));
});

test('a remembered answer retains its lines instead of the whole document', () => {
  const grown = heapGrowth(() => {
    const answers = new Answers<readonly string[]>();
    for (let i = 0; i < 60; i++) {
      const text = [`const number${i} = 1;`, ...Array(40_000).fill('const abcdefghijklmnop = 1;')].join('\n');
      answers.add(String(i), linesOf(text).slice(5, 7));
    }
    expect(answers.find('59')).toEqual(Array(2).fill('const abcdefghijklmnop = 1;'));
    return answers;
  });
  expect(grown).toBeLessThan(20_000_000);
});
