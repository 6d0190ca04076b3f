import { describe, expect, it } from 'vitest';
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
      'an argument more, in a call of other arguments',
      ['draw(a, height);'],
      'draw(b, width);',
      'draw(b, width, 1);',
      ['draw(a, height, 1);'],
    ],
    [
      'indented as the line at hand',
      ['    return read(left);'],
      'return read(right);',
      'return await read(right);',
      ['    return await read(left);'],
    ],
    [
      'over several lines',
      ['if (left) {', '  go(left);', '}'],
      'if (right) {\n  go(right);\n}',
      'if (!right) {\n  go(right);\n}',
      ['if (!left) {\n  go(left);\n}'],
    ],
    ['not where both sides changed the same', ['const a = read(x);'], 'const a = read(y);', 'const a = read(z);', []],
    ['not in a line that has little in common', ['export default total;'], 'draw(b, width);', 'draw(b, width, 1);', []],
    ['not where too little was replaced to know it again', ['});'], '});', '}));', []],
    ['not where it is done already', ['draw(a, 1);'], 'draw(b);', 'draw(b, 1);', []],
    ['not where what was put in and what stands there would be one word', ['draw(b) +x'], 'draw(b) +', 'draw(b) y', []],
    [
      'not where the block stands already that was put around other lines',
      ['if (ok) {', '  go(a, 1);', '}'],
      'go(b, 1);',
      'if (ok) {\n  go(b, 1);\n}',
      [],
    ],
    [
      'not in lines that are indented by tabs and by spaces: they would be indented otherwise',
      ['\tgo(left, 1);', '    stay(left, 1);'],
      'go(right, 1);\nstay(right, 1);',
      'await go(right, 1);\nawait stay(right, 1);',
      [],
    ],
    [
      'not where a line of white space would lose it',
      ['  go(left, 1);', '  ', '  stay(left, 1);'],
      'go(right, 1);\n\nstay(right, 1);',
      'await go(right, 1);\n\nawait stay(right, 1);',
      [],
    ],
    [
      'not what was indented less than the lines that were replaced',
      ['  go(left, 1);'],
      '  go(right, 1);',
      'begin\n  await go(right, 1);',
      [],
    ],
  ])('%s', (_, lines, before, after, expected) => expect(againIn(lines, before, after)).toEqual(expected));

  const put = ['use(a);', 'log(a);', 'end();', 'use(b);', 'end();'];
  const insertion = { path: 'a.ts', line: 1, before: [], after: ['log(a);'] };

  it('puts in between lines that are like its neighbours what was put in between them', () => {
    const found = madeAgain(put, { from: 2, to: 5 }, insertion, true);
    expect(found.map(({ answer }) => answer)).toEqual([['end();', 'use(b);', 'log(a);', 'end();']]);
  });

  it('does not put it in once more where it stands', () => {
    expect(madeAgain(put, { from: 0, to: 3 }, insertion, true)).toEqual([]);
  });

  it('says nothing of what was put in in another file, whose neighbours are not known', () => {
    expect(madeAgain(put, { from: 2, to: 5 }, insertion, false)).toEqual([]);
  });

  it('deletes lines once more, and leaves no empty line in their place', () => {
    const deletion = { path: 'b.ts', line: 0, before: ['draw(b, width);'], after: [] };
    const lines = ['begin();', 'draw(b, width);', 'end();'];
    const found = madeAgain(lines, { from: 0, to: 3 }, deletion, false);
    expect(found.map(({ answer }) => answer)).toEqual([['begin();', 'end();']]);
  });

  describe('takes no time for lines of one sign again and again', () => {
    const line = `draw ${','.repeat(490)}`;
    const lines = ['begin();', ...Array.from({ length: 8 }, () => line)];
    const span = { from: 0, to: lines.length };
    it.each<[string, LineChange]>([
      ['that were replaced', { path: 'b.ts', line: 0, before: [`${line}a`], after: [`${line}b`] }],
      ['between which something was put in', { path: 'a.ts', line: 2, before: [], after: [line] }],
      ['that took the place of others', { path: 'b.ts', line: 0, before: ['begin(,,);'], after: lines }],
    ])('%s', (_, change) => {
      const started = process.cpuUsage();
      madeAgain(lines, span, change, change.path === 'a.ts');
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1000).toBeLessThan(200);
    });
  });
});
