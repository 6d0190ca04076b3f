import { describe, expect, test } from 'vitest';
import { afterEdit, type Followed, followed, type Verdict } from './firstLines.ts';
import type { Edit } from './survival.ts';

const expectation = { writer: 'base', chance: 0.5 } as const;
const offer = (text: string, offset = 4, replaceAfter = 0, atMs = 1) => ({ text, offset, replaceAfter, atMs });
const type = (at: number, text: string, length = 0): Edit => ({ offset: at, length, text });
const keys = (at: number, text: string): Edit[] => [...text].map((key, i) => type(at + i, key));

/** The final verdict on the first line, or 'open' if the edits do not decide it. */
function said(one: Followed | null, edits: readonly Edit[]): Verdict | 'open' {
  for (const edit of edits) {
    if (one === null) return null;
    const { verdict, next } = afterEdit(one, edit);
    if (verdict !== null) return verdict;
    one = next;
  }
  return one === null ? null : 'open';
}

describe('the first line of a suggestion', () => {
  test.each<[string, string, readonly Edit[], Verdict | 'open']>([
    ['accepted is right', 'call(a)', [type(4, 'call(a)')], 'right'],
    ['accepted with what follows is right', 'call(a)\nreturn', [type(4, 'call(a)\nreturn')], 'right'],
    ['typed to its end is right', 'call', keys(4, 'call'), 'right'],
    ['accepted by words is right', 'call(a)', [type(4, 'call'), type(8, '(a)')], 'right'],
    ['behind a line break ends with its own line', '\n  call\n}', [type(4, '\n  '), type(7, 'call')], 'right'],
    ['on the way is open', 'call(a)', keys(4, 'call'), 'open'],
    ['typed otherwise at once is wrong', 'call(a)', [type(4, 'x')], 'wrong'],
    ['typed otherwise later is wrong', 'call(a)', keys(4, 'calm'), 'wrong'],
    ['of which a part was taken and the rest was not is wrong', 'call(a)', [type(4, 'call'), type(8, ';')], 'wrong'],
    ['ended where it goes on is wrong', 'call(a)', [type(4, '\n')], 'wrong'],
    ['left for another place says nothing', 'call(a)', [type(0, 'x')], null],
    ['with something deleted says nothing', 'call(a)', [type(3, '', 1)], null],
    ['that an editor closes a mark in says nothing', '(a)', [type(4, '()')], null],
    ['over more than it takes the place of says nothing', 'call(a)', [type(4, 'call(a)', 3)], null],
  ])('%s', (_, text, edits, verdict) => {
    expect(said(followed(null, offer(text), expectation), edits)).toBe(verdict);
  });

  test.each<[string, readonly Edit[]]>([
    ['typed by who goes on between', [...keys(4, '() => {'), type(11, '\n  a();\n}')]],
    ['accepted', [type(4, '() => {}')]],
  ])('that closes what it opens behind the cursor is right where it is %s', (_, edits) => {
    expect(said(followed(null, { ...offer('() => {}'), caretBack: 1 }, expectation), edits)).toBe('right');
  });

  test('that goes on with every key is one, as likely as it was at first', () => {
    const first = followed(null, offer('call(a)'), expectation);
    const { next } = afterEdit(first!, type(4, 'c'));
    expect(followed(next, offer('all(a)', 5, 0, 2), { ...expectation, chance: 0.9 })).toBe(next);
    expect(next).toMatchObject({ chance: 0.5, rest: 'all(a)', atMs: 1 });
  });

  test('gives way to another', () => {
    const first = followed(null, offer('call(a)'), expectation);
    expect(followed(first, offer('other'), { ...expectation, chance: 0.9 })).toMatchObject({
      chance: 0.9,
      rest: 'other',
    });
  });

  test('that was asked for is not followed, nor is one of blanks', () => {
    expect(followed(null, offer('call(a)'), null)).toBeNull();
    expect(followed(null, offer('  \n'), expectation)).toBeNull();
  });

  test('takes the place of closing marks behind the cursor', () => {
    expect(said(followed(null, offer('call(a)', 4, 1), expectation), [type(4, 'call(a)', 1)])).toBe('right');
  });
});
