import { expect, test } from 'vitest';
import { changeBetween, type LineChange } from '../../edits/change.ts';
import { syntaxFor } from '../../languages/syntax.ts';
import { reasonAgainst } from './index.ts';
import { withoutWhatFollows } from './rejoined.ts';

const made = (line: number, before: string[], after: string[], path = 'f'): LineChange => ({
  path,
  line,
  before,
  after,
});

/** In pieces, for scanners of this repository. */
const KEY = ['AKIA', 'Q3EGRZ7WXNV2', 'LMTB'].join('');

interface Case {
  /** The file, all of it the region. */
  readonly now: string;
  readonly answer: string;
  readonly recent?: LineChange[];
  readonly sureness?: number;
}

const reason = ({ now, answer, recent = [], sureness = 1 }: Case): string | null => {
  const [lines, written] = [now.split('\n'), answer === '' ? [] : answer.split('\n')];
  const situation = { path: 'f', lines, region: { from: 0, to: lines.length }, recent, related: [] };
  return reasonAgainst(changeBetween('f', 0, lines, written)!, {
    situation,
    answer: written,
    sureness,
    leastSureness: 0.2,
  });
};

test.each<[string, RegExp | null, Case]>([
  ['an ordinary edit', null, { now: 'a = f(w)', answer: 'a = f(width)' }],
  ['a token of prompts', /marks/, { now: 'a', answer: 'a<|file_sep|>' }],
  ['a header of prompts', /marks/, { now: 'a', answer: 'a\nupdated/src/a.py:1:3' }],
  ['a block of prompts', /marks/, { now: 'a', answer: 'original:\na' }],
  ['a merge conflict marker', /marks/, { now: 'a', answer: '<<<<<<< HEAD\na' }],
  ['a pipe operator of the language', null, { now: 'x |> f', answer: 'x |> g' }],
  ['spaces removed at the end of lines', /white space/, { now: 'a  \nb', answer: 'a\nb' }],
  ['an added empty line', /white space/, { now: 'a\n\nb', answer: 'a\n\n\nb' }],
  ['empty lines removed above and below', /white space/, { now: '\na\nb\n', answer: 'a\nb' }],
  ['an empty line moved between lines', /white space/, { now: 'a\n\nb  \nc', answer: 'a\nb\n\nc' }],
  ['a block that is put around lines', null, { now: 'if x:\na()\nb', answer: 'if x:\n  a()\nb' }],
  ['a bidirectional override', /nobody sees/, { now: "if a != 'user':", answer: "if a != 'user\u202e':" }],
  ['an invisible character that stays', null, { now: "f('\u200b', w)", answer: "f('\u200b', width)" }],
  ['a deletion of everything', /deletes/, { now: 'a = 1\nb = 2\nc = 3', answer: '' }],
  ['a deletion of one line', null, { now: 'a = 1\nb = 2\nc = 3', answer: 'a = 1\nb = 2' }],
  ['a repeated line', /repeats/, { now: 'a = 1\nvalue = f()', answer: 'a = 1\nvalue = f()\nvalue = f()' }],
  ['two equal lines changed alike', null, { now: 'f(aaa)\nf(aaa)', answer: 'f(bbb)\nf(bbb)' }],
  ['tabs among spaces', /indentation/, { now: 'if x:\n  a()', answer: 'if x:\n  a()\n\tb()' }],
  ['spaces among tabs', /indentation/, { now: 'if x:\n\ta()', answer: 'if x:\n\ta()\n  b()' }],
  [
    'indentation of both kinds, as in the file now',
    null,
    { now: 'if x:\n\ta()\n  c()', answer: 'if x:\n\tb()\n  c()' },
  ],
  [
    'text that was there before',
    /undo/,
    { now: 'def f(width)', answer: 'def f(w)', recent: [made(0, ['def f(w)'], ['def f(width)'])] },
  ],
  [
    'deleted text that is put back one line further down',
    /undo/,
    { now: 'a = 1\nb = 2', answer: 'a = 1\nb = 2\nlog(a)', recent: [made(1, ['log(a)'], [])] },
  ],
  [
    'deleted text that is put back far away from its place',
    null,
    { now: 'a = 1\nb = 2', answer: 'a = 1\nb = 2\nlog(a)', recent: [made(90, ['log(a)'], [])] },
  ],
  ['added text that is deleted', /undo/, { now: 'a = 1\nb = 2', answer: 'a = 1', recent: [made(1, [], ['b = 2'])] }],
  [
    'added text that is replaced by lines that were there',
    /undo/,
    {
      now: 'self.h = h\nself.d = depth\n\ndef area(self):\n  return 1',
      answer: 'self.h = h\n\ndef area(self):\n  return self.h',
      recent: [made(1, [], ['self.d = depth'])],
    },
  ],
  [
    'added text that is changed',
    null,
    { now: 'a = 1\nself.d = depth', answer: 'a = 1\nself.d = depth or 1', recent: [made(1, [], ['self.d = depth'])] },
  ],
  [
    'lines that follow the region already',
    /repeats/,
    { now: 'a = 1\n\nreturn a * b', answer: 'a = 1\nreturn a * b\nreturn a * b' },
  ],
  [
    'added text that is continued',
    null,
    { now: 'a = 1\nself.', answer: 'a = 1\nself.b = 2', recent: [made(1, [], ['self.'])] },
  ],
  [
    'text that was there before in another file',
    null,
    { now: 'def f(width)', answer: 'def f(w)', recent: [made(0, ['def f(w)'], ['def f(width)'], 'g')] },
  ],
  ['a new secret key', /secret/, { now: 'key = load()', answer: `key = "${KEY}"` }],
  ['a secret key that stays', null, { now: `key = "${KEY}"`, answer: `secret_key = "${KEY}"` }],
  ['an unsure answer', /sure/, { now: 'a', answer: 'b', sureness: 0.1 }],
])('%s (reason to drop it: %s)', (_, expected, given) => {
  if (expected === null) expect(reason(given)).toBeNull();
  else expect(reason(given)).toMatch(expected);
});

test('an edit that breaks valid syntax is dropped, one in a file that is broken already is not', async () => {
  const syntax = await syntaxFor('typescript');
  const against = (now: string, answer: string): string | null => {
    const [lines, written] = [now.split('\n'), answer.split('\n')];
    const situation = { path: 'f', lines, region: { from: 0, to: lines.length }, recent: [], related: [] };
    return reasonAgainst(changeBetween('f', 0, lines, written)!, {
      situation,
      answer: written,
      sureness: 1,
      leastSureness: 0,
      syntax,
    });
  };
  expect(against('function f() {\n  g();\n}', 'function f() {\n  g();\n}\n}')).toMatch(/syntax/);
  expect(against('function f() {\n  g();\n}', 'function f() {\n  h();\n}')).toBeNull();
  expect(against('function f() {\n  g(', 'function f() {\n  g(1')).toBeNull();
});

test.each([
  ['lines that follow', 'a b c d e f', 'a x c d e', 'a x'],
  ['nothing when the answer is no longer than the region', 'a b c d', 'c b', 'c b'],
  ['nothing when other lines follow', 'a b c d', 'a b x', 'a b x'],
  ['nothing for brackets alone', 'a b } d', 'a b }', 'a b }'],
])('text after the region is cut from the answer: %s', (_, file, answer, expected) => {
  const situation = { path: 'f', lines: file.split(' '), region: { from: 0, to: 2 }, recent: [], related: [] };
  expect(withoutWhatFollows(answer.split(' '), situation)).toEqual(expected.split(' '));
});
