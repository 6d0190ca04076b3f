import { describe, expect, it } from 'vitest';
import { Random } from '../../common/random.ts';
import { threadMs } from '../../common/testing.ts';
import { applied, type LineChange } from '../../edits/change.ts';
import { replacementIn } from '../../edits/replacement.ts';
import { halfTyped } from './halfTyped.ts';
import { momentAfter } from './moments.ts';
import { definesName, isImport } from './names.ts';
import { type ChangedFile, sequenceOf } from './steps.ts';

/** `-1:1 +1:2` as git writes it, of lines that begin there. */
const hunk = (oldStart: number, oldCount: number, newStart: number, newCount: number) => ({
  oldStart,
  oldCount,
  newStart,
  newCount,
});

const area: ChangedFile = {
  path: 'src/area.py',
  before: ['import os', '', 'print(area(2, 3))', '', 'def area(w, h):', '    return w * h', ''],
  after: ['import os', 'import sys', '', 'print(area(1, 2))', '', 'def area(width, h):', '   return width  * h', ''],
  hunks: [hunk(1, 0, 2, 1), hunk(3, 1, 4, 1), hunk(5, 2, 6, 2)],
};
const use: ChangedFile = {
  path: 'a_use.py',
  before: ['box(1)', 'x = 1'],
  after: ['box(width=1)', 'x  =  1'],
  hunks: [hunk(1, 1, 1, 1), hunk(2, 1, 2, 1)],
};

describe('the steps of a commit', () => {
  it('define a name before using it, file by file, with imports last', () => {
    const { steps } = sequenceOf([use, area]);
    expect(steps.map(({ path, line }) => `${path} ${line}`)).toEqual([
      'src/area.py 2',
      'src/area.py 4',
      'src/area.py 1',
      'a_use.py 0',
    ]);
  });

  it('put tests last and apply white-space changes beforehand', () => {
    const test = { ...use, path: 'test_use.py' };
    const other = { ...use, path: 'z.py', after: ['box(height=1)', 'x  =  1'] };
    const { steps, found } = sequenceOf([test, other]);
    expect(steps.map(({ path }) => path)).toEqual(['z.py', 'test_use.py']);
    expect(found.get('z.py')).toEqual(['box(1)', 'x  =  1']);
  });

  it('lead from the old file to the new one, each with its line number at that time', () => {
    const sequence = sequenceOf([area, use]);
    for (let count = 0; count <= sequence.steps.length; count++) {
      const moment = momentAfter(sequence, count);
      const files = new Map(sequence.found);
      const make = (change: LineChange): void => {
        const lines = files.get(change.path)!;
        expect(lines.slice(change.line, change.line + change.before.length)).toEqual(change.before);
        files.set(change.path, applied(lines, change));
      };
      for (const change of moment.recent) make(change);
      expect(moment.lines(area.path)).toEqual(files.get(area.path));
      // From the end of a file to its top, so that none shifts another.
      for (const change of moment.left.toSorted((a, b) => b.line - a.line)) make(change);
      expect(files.get(area.path)).toEqual(area.after);
      expect(files.get(use.path)).toEqual(use.after);
    }
  });
});

describe('a half-typed step', () => {
  it.each([
    ['in an existing line', ['area(w, h)'], ['area(width, h)'], /^area\(w[idt]{1,3}, h\)$/],
    ['in a new line', [], ['return area'], /^(r|re|ret|retu|retur|return|return |return a|return ar|return are)$/],
    ['in a line that replaces another', ['pass'], ['x = 1'], /^x( (= ?)?)?$/],
  ])('is cut %s', (_, before, after, expected) => {
    const random = new Random(1);
    for (let i = 0; i < 20; i++) {
      const partly = halfTyped({ path: 'f', line: 0, before, after }, random)!;
      expect(partly.done.after[0]).toMatch(expected);
      expect(partly.rest).toEqual({ before: partly.done.after, after });
    }
  });

  it('is cut after commas and brackets more often than inside a name', () => {
    const random = new Random(1);
    const step = { path: 'f', line: 0, before: [], after: ['resize(image, width)'] };
    const ends = Array.from({ length: 200 }, () => halfTyped(step, random)!.done.after[0]!.at(-1)!);
    expect(ends.filter((end) => /[(,]/.test(end)).length).toBeGreaterThan(80);
    expect(ends.filter((end) => /\w/.test(end)).length).toBeLessThan(80);
  });

  it('leaves the lines after it unchanged and still to be done', () => {
    const step = { path: 'f', line: 3, before: ['f(a)', 'g(a)'], after: ['f(bcd)', 'g(bcd)'] };
    const found = new Map([['f', ['1', '2', '3', 'f(a)', 'g(a)', '6']]]);
    for (let seed = 0; seed < 10; seed++) {
      const partly = halfTyped(step, new Random(seed))!;
      const moment = momentAfter({ found, steps: [step] }, 0, partly);
      const [rest] = moment.left;
      expect(applied(moment.lines('f'), rest!)).toEqual(['1', '2', '3', 'f(bcd)', 'g(bcd)', '6']);
      expect(moment.recent).toHaveLength(1);
    }
  });

  it('is null when nothing is written or all of the rest would have to be guessed', () => {
    const none = (before: string[], after: string[]) => halfTyped({ path: 'f', line: 0, before, after }, new Random(1));
    expect(none(['a'], [])).toBeNull();
    expect(none([], [''])).toBeNull();
    expect(none(['abc'], ['ac'])).toBeNull();
  });
});

it.each([
  ['def area(w):', 'area', 3],
  ['func (m *Mux) Handle(p string) {', 'Handle', 3],
  ['export const limit = 3;', 'limit', 3],
  ['def area(width, height):', 'height', 2],
  ['  rate: number,', 'rate', 1],
  ['total := 3', 'total', 1],
  ['print(total)', 'total', 0],
  ['if total == 3:', 'total', 0],
])('a line "%s" is ranked as defining the name %s: %i', (line, name, expected) => {
  expect(definesName([line], name)).toBe(expected);
});

it.each([
  [['import os', 'from a import b'], true],
  [["import { a } from './a';"], true],
  [['\t"net/http"'], true],
  [['#include <a.h>'], true],
  [["const a = require('a');"], true],
  [['use std::fmt;'], true],
  [['important()'], false],
  [['x = 1', 'import os'], false],
  [[''], false],
])('imports are recognised: %j', (lines, expected) => {
  expect(isImport(lines)).toBe(expected);
});

it.each([
  [['f(w, w)'], ['f(width, width)'], 'w\0width'],
  [['f(w)', 'g(w)'], ['f(v)', 'g(v)'], 'w\0v'],
  [['f(w)', 'g(w)'], ['f(v)', 'g(u)'], null],
  [['f(w)', '}', 'g(w)'], ['f(v)', '}', 'g(v)'], 'w\0v'],
  [['f(w)', '}'], ['f(w)', '}'], null],
  [['f(w, h)'], ['f(a, b)'], null],
  [['f(w)'], ['f(w, h)'], null],
  [['f(größe)'], ['f(weite)'], 'größe\0weite'],
  [['f(größe)'], ['f(größte)'], 'größe\0größte'],
  [['f(ширина)', 'g(ширина)'], ['f(высота)', 'g(высота)'], 'ширина\0высота'],
  [[], ['f'], null],
])('the replaced name is found, if there is one: %j by %j', (before, after, expected) => {
  expect(replacementIn(before, after)).toBe(expected);
});

it.each([
  ['', 'const face = "😀😁😂"; // 😀😁'],
  ['const face = "😀";', 'const face = "😁 and more";'],
  ['const face = "𐐀";', 'const face = "and 𠐀";'],
])('a half-typed step never splits a character: %s becomes %s', (old, line) => {
  const before = old === '' ? [] : [old];
  for (let seed = 0; seed < 200; seed++) {
    const partly = halfTyped({ path: 'f', line: 0, before, after: [line] }, new Random(seed))!;
    expect(partly.done.after[0]!.isWellFormed()).toBe(true);
  }
});

it('a name is searched for in a long unclosed line in reasonable time', async () => {
  const ms = await threadMs(() => {
    for (const line of ['for('.repeat(120), 'for('.repeat(1_200)])
      expect(definesName([`${line}wanted_not`, `${line}'wanted'x`], 'wanted')).toBeLessThan(3);
  });
  expect(ms).toBeLessThan(1_000);
});
