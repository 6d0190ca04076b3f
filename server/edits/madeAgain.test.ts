import { describe, expect, it } from 'vitest';
import { threadMs } from '../common/testing.ts';
import { changeBetween, type LineChange } from './change.ts';
import { madeAgain } from './madeAgain.ts';

const text = (lines: string): string[] => lines.split('\n');
const elsewhere = (before: string, after: string) => changeBetween('b.ts', 0, text(before), text(after))!;
const againIn = (lines: readonly string[], before: string, after: string): string[] =>
  madeAgain(lines, { from: 0, to: lines.length }, elsewhere(before, after), false).map(({ answer }) =>
    answer.join('\n'),
  );

describe('madeAgain', () => {
  it.each([
    [
      'adds an argument to a call with other arguments',
      ['draw(a, height);'],
      'draw(b, width);',
      'draw(b, width, 1);',
      ['draw(a, height, 1);'],
    ],
    [
      'keeps the indentation of the line at hand',
      ['    return read(left);'],
      'return read(right);',
      'return await read(right);',
      ['    return await read(left);'],
    ],
    [
      'repeats a change of several lines',
      ['if (left) {', '  go(left);', '}'],
      'if (right) {\n  go(right);\n}',
      'if (!right) {\n  go(right);\n}',
      ['if (!left) {\n  go(left);\n}'],
    ],
    ['not where the line differs there', ['const a = read(x);'], 'const a = read(y);', 'const a = read(z);', []],
    ['not in a line that has little in common', ['export default total;'], 'draw(b, width);', 'draw(b, width, 1);', []],
    ['not where too little was replaced to be recognised', ['});'], '});', '}));', []],
    ['not where it is done already', ['draw(a, 1);'], 'draw(b);', 'draw(b, 1);', []],
    ['not where the inserted text would join a word', ['draw(b) +x'], 'draw(b) +', 'draw(b) y', []],
    [
      'not where the added block stands already around the lines',
      ['if (ok) {', '  go(a, 1);', '}'],
      'go(b, 1);',
      'if (ok) {\n  go(b, 1);\n}',
      [],
    ],
    [
      'not in lines that mix tabs and spaces, which would change their indentation',
      ['\tgo(left, 1);', '    stay(left, 1);'],
      'go(right, 1);\nstay(right, 1);',
      'await go(right, 1);\nawait stay(right, 1);',
      [],
    ],
    [
      'not where a blank line would lose its white space',
      ['  go(left, 1);', '  ', '  stay(left, 1);'],
      'go(right, 1);\n\nstay(right, 1);',
      'await go(right, 1);\n\nawait stay(right, 1);',
      [],
    ],
    [
      'not with added lines that are indented less than the replaced ones',
      ['  go(left, 1);'],
      '  go(right, 1);',
      'begin\n  await go(right, 1);',
      [],
    ],
  ])('%s', (_, lines, before, after, expected) => expect(againIn(lines, before, after)).toEqual(expected));

  const put = ['use(a);', 'log(a);', 'end();', 'use(b);', 'end();'];
  const insertion = { path: 'a.ts', line: 1, before: [], after: ['log(a);'] };

  it('repeats an insertion between lines that are like its neighbours', () => {
    const found = madeAgain(put, { from: 2, to: 5 }, insertion, true);
    expect(found.map(({ answer }) => answer)).toEqual([['end();', 'use(b);', 'log(a);', 'end();']]);
  });

  it('does not repeat an insertion where it stands already', () => {
    expect(madeAgain(put, { from: 0, to: 3 }, insertion, true)).toEqual([]);
  });

  it('does not repeat an insertion from another file, whose neighbours are unknown', () => {
    expect(madeAgain(put, { from: 2, to: 5 }, insertion, false)).toEqual([]);
  });

  it('repeats a deletion without leaving an empty line', () => {
    const deletion = { path: 'b.ts', line: 0, before: ['draw(b, width);'], after: [] };
    const lines = ['begin();', 'draw(b, width);', 'end();'];
    const found = madeAgain(lines, { from: 0, to: 3 }, deletion, false);
    expect(found.map(({ answer }) => answer)).toEqual([['begin();', 'end();']]);
  });

  describe('takes little time for lines that repeat one character', () => {
    const line = `draw ${','.repeat(490)}`;
    const lines = ['begin();', ...Array.from({ length: 8 }, () => line)];
    const span = { from: 0, to: lines.length };
    it.each<[string, LineChange]>([
      ['that were replaced', { path: 'b.ts', line: 0, before: [`${line}a`], after: [`${line}b`] }],
      ['with an insertion between them', { path: 'a.ts', line: 2, before: [], after: [line] }],
      ['that replaced others', { path: 'b.ts', line: 0, before: ['begin(,,);'], after: lines }],
    ])('%s', async (_, change) => {
      expect(await threadMs(() => madeAgain(lines, span, change, change.path === 'a.ts'))).toBeLessThan(200);
    });
  });
});
