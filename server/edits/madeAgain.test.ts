import { describe, expect, it } from 'vitest';
import { changeBetween } from './change.ts';
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

  it('takes no time for lines of one sign again and again', () => {
    const line = ','.repeat(400);
    const started = process.cpuUsage();
    const lines = Array.from({ length: 8 }, () => line);
    expect(againIn(lines, `${line}a`, `${line}b`)).toEqual([]);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(200);
  });
});
