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
    ['is right when accepted', 'call(a)', [type(4, 'call(a)')], 'right'],
    ['is right when accepted with the lines after it', 'call(a)\nreturn', [type(4, 'call(a)\nreturn')], 'right'],
    ['is right when typed to its end', 'call', keys(4, 'call'), 'right'],
    ['is right when accepted word by word', 'call(a)', [type(4, 'call'), type(8, '(a)')], 'right'],
    ['is right when it follows a line break and is typed', '\n  call\n}', [type(4, '\n  '), type(7, 'call')], 'right'],
    ['is open while it is being typed', 'call(a)', keys(4, 'call'), 'open'],
    ['is wrong when the first key differs', 'call(a)', [type(4, 'x')], 'wrong'],
    ['is wrong when a later key differs', 'call(a)', keys(4, 'calm'), 'wrong'],
    ['is wrong when only a part is accepted', 'call(a)', [type(4, 'call'), type(8, ';')], 'wrong'],
    ['is wrong when a line break ends it early', 'call(a)', [type(4, '\n')], 'wrong'],
    ['gets no verdict after an edit elsewhere', 'call(a)', [type(0, 'x')], null],
    ['gets no verdict after a deletion', 'call(a)', [type(3, '', 1)], null],
    ['gets no verdict when the editor closes a bracket', '(a)', [type(4, '()')], null],
    ['gets no verdict when more is replaced than expected', 'call(a)', [type(4, 'call(a)', 3)], null],
  ])('%s', (_, text, edits, verdict) => {
    expect(said(followed(null, offer(text), expectation), edits)).toBe(verdict);
  });

  test.each<[string, readonly Edit[]]>([
    ['typed with more text in between', [...keys(4, '() => {'), type(11, '\n  a();\n}')]],
    ['accepted', [type(4, '() => {}')]],
  ])('with closers behind the cursor is right when it is %s', (_, edits) => {
    expect(said(followed(null, { ...offer('() => {}'), caretBack: 1 }, expectation), edits)).toBe('right');
  });

  test('keeps its first chance when it is offered again while typed', () => {
    const first = followed(null, offer('call(a)'), expectation);
    const { next } = afterEdit(first!, type(4, 'c'));
    expect(followed(next, offer('all(a)', 5, 0, 2), { ...expectation, chance: 0.9 })).toBe(next);
    expect(next).toMatchObject({ chance: 0.5, rest: 'all(a)', atMs: 1 });
  });

  test('is replaced by a different offer', () => {
    const first = followed(null, offer('call(a)'), expectation);
    expect(followed(first, offer('other'), { ...expectation, chance: 0.9 })).toMatchObject({
      chance: 0.9,
      rest: 'other',
    });
  });

  test('is not followed when asked for by command or blank', () => {
    expect(followed(null, offer('call(a)'), null)).toBeNull();
    expect(followed(null, offer('  \n'), expectation)).toBeNull();
  });

  test.each<[string, readonly Edit[], Verdict]>([
    ['at once', [type(4, 'call(a)', 1)], 'right'],
    ['by deleting it first, as a snippet', [type(4, '', 1), type(4, 'call(a)')], 'right'],
    ['by deleting more than that', [type(4, '', 2), type(4, 'call(a)')], null],
  ])('replaces a closer behind the cursor %s', (_, edits, verdict) => {
    expect(said(followed(null, offer('call(a)', 4, 1), expectation), edits)).toBe(verdict);
  });
});
