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
  ['an edit', null, { now: 'a = f(w)', answer: 'a = f(width)' }],
  ['a token of prompts', /marks/, { now: 'a', answer: 'a<|file_sep|>' }],
  ['a header of prompts', /marks/, { now: 'a', answer: 'a\nupdated/src/a.py:1:3' }],
  ['a block of prompts', /marks/, { now: 'a', answer: 'original:\na' }],
  ['a mark of a merge', /marks/, { now: 'a', answer: '<<<<<<< HEAD\na' }],
  ['a pipe that the language has', null, { now: 'x |> f', answer: 'x |> g' }],
  ['spaces at the end of lines', /white space/, { now: 'a  \nb', answer: 'a\nb' }],
  ['an empty line', /white space/, { now: 'a\n\nb', answer: 'a\n\n\nb' }],
  ['empty lines gone above and below', /white space/, { now: '\na\nb\n', answer: 'a\nb' }],
  ['an empty line gone between lines', /white space/, { now: 'a\n\nb  \nc', answer: 'a\nb\n\nc' }],
  ['a block that is put around lines', null, { now: 'if x:\na()\nb', answer: 'if x:\n  a()\nb' }],
  ['the order of a line turned around', /nobody sees/, { now: "if a != 'user':", answer: "if a != 'user\u202e':" }],
  ['a character that nobody sees and that stays', null, { now: "f('\u200b', w)", answer: "f('\u200b', width)" }],
  ['everything gone', /deletes/, { now: 'a = 1\nb = 2\nc = 3', answer: '' }],
  ['a line gone', null, { now: 'a = 1\nb = 2\nc = 3', answer: 'a = 1\nb = 2' }],
  ['the same line again', /repeats/, { now: 'a = 1\nvalue = f()', answer: 'a = 1\nvalue = f()\nvalue = f()' }],
  ['the same line once more where it stands twice', null, { now: 'f(aaa)\nf(aaa)', answer: 'f(bbb)\nf(bbb)' }],
  ['tabs among spaces', /indentation/, { now: 'if x:\n  a()', answer: 'if x:\n  a()\n\tb()' }],
  ['spaces among tabs', /indentation/, { now: 'if x:\n\ta()', answer: 'if x:\n\ta()\n  b()' }],
  [
    'indentation of both kinds, as the file has it',
    null,
    { now: 'if x:\n\ta()\n  c()', answer: 'if x:\n\tb()\n  c()' },
  ],
  [
    'what was there before',
    /undo/,
    { now: 'def f(width)', answer: 'def f(w)', recent: [made(0, ['def f(w)'], ['def f(width)'])] },
  ],
  [
    'what was deleted, put back one line further down',
    /undo/,
    { now: 'a = 1\nb = 2', answer: 'a = 1\nb = 2\nlog(a)', recent: [made(1, ['log(a)'], [])] },
  ],
  [
    'what was deleted far away',
    null,
    { now: 'a = 1\nb = 2', answer: 'a = 1\nb = 2\nlog(a)', recent: [made(90, ['log(a)'], [])] },
  ],
  ['what was added, deleted', /undo/, { now: 'a = 1\nb = 2', answer: 'a = 1', recent: [made(1, [], ['b = 2'])] }],
  [
    'what was added, gone for lines that were there already',
    /undo/,
    {
      now: 'self.h = h\nself.d = depth\n\ndef area(self):\n  return 1',
      answer: 'self.h = h\n\ndef area(self):\n  return self.h',
      recent: [made(1, [], ['self.d = depth'])],
    },
  ],
  [
    'what was added, changed',
    null,
    { now: 'a = 1\nself.d = depth', answer: 'a = 1\nself.d = depth or 1', recent: [made(1, [], ['self.d = depth'])] },
  ],
  [
    'lines that stand behind it already',
    /repeats/,
    { now: 'a = 1\n\nreturn a * b', answer: 'a = 1\nreturn a * b\nreturn a * b' },
  ],
  [
    'what was added, gone on with',
    null,
    { now: 'a = 1\nself.', answer: 'a = 1\nself.b = 2', recent: [made(1, [], ['self.'])] },
  ],
  [
    'what was there before in another file',
    null,
    { now: 'def f(width)', answer: 'def f(w)', recent: [made(0, ['def f(w)'], ['def f(width)'], 'g')] },
  ],
  ['a key that was not there', /secret/, { now: 'key = load()', answer: `key = "${KEY}"` }],
  ['a key that stays', null, { now: `key = "${KEY}"`, answer: `secret_key = "${KEY}"` }],
  ['a guess', /sure/, { now: 'a', answer: 'b', sureness: 0.1 }],
])('%s', (_, expected, given) => {
  if (expected === null) expect(reason(given)).toBeNull();
  else expect(reason(given)).toMatch(expected);
});

test('an edit that breaks a file that was whole is none, one in a file that is broken already may be', async () => {
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
  ['nothing where no more was written than the region has', 'a b c d', 'c b', 'c b'],
  ['nothing where it is not what follows', 'a b c d', 'a b x', 'a b x'],
  ['no brackets alone', 'a b } d', 'a b }', 'a b }'],
])('what stands behind the region is no part of the answer: %s', (_, file, answer, expected) => {
  const situation = { path: 'f', lines: file.split(' '), region: { from: 0, to: 2 }, recent: [], related: [] };
  expect(withoutWhatFollows(answer.split(' '), situation)).toEqual(expected.split(' '));
});
