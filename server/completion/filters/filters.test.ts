import { describe, expect, test } from 'vitest';
import { budgetFor } from '../../prompt/budget.ts';
import { cutWindows } from '../../prompt/windows.ts';
import { cursorAt } from '../cursor.ts';
import { shapeAt } from '../shape.ts';
import { type Filter, type FilterInput, isDropped } from '../suggestion.ts';
import { blank } from './blank.ts';
import { matchClosers } from './closers.ts';
import { confident } from './confident.ts';
import { indentation } from './indentation.ts';
import { applyFilters } from './index.ts';
import { repetition } from './repetition.ts';
import { stopAtShape } from './stopAtShape.ts';
import { suffixOverlap } from './suffixOverlap.ts';
import { tooShort } from './tooShort.ts';

function inputAt(marked: string, over: Partial<FilterInput> = {}, languageId = 'typescript'): FilterInput {
  const offset = marked.indexOf('║');
  const text = marked.replace('║', '');
  const { closers } = cutWindows('', text.slice(0, offset), text.slice(offset), budgetFor(1024));
  const cursor = cursorAt(text, offset, languageId);
  return {
    cursor,
    closers,
    shape: shapeAt(cursor, closers, null),
    cutOff: false,
    invoked: false,
    confidence: 0,
    leastConfidence: -1,
    syntax: null,
    ...over,
  };
}

/** The document's text afterwards, the inserted part in ⟦⟧, or why nothing is offered. */
function applied(
  filter: Filter,
  marked: string,
  generated: string,
  over?: Partial<FilterInput>,
  languageId?: string,
): string {
  const result = filter({ text: generated, replaceAfter: 0 }, inputAt(marked, over, languageId));
  if (isDropped(result)) return `dropped: ${result.dropped}`;
  const [before = '', after = ''] = marked.split('║');
  return `${before}⟦${result.text}⟧${after.slice(result.replaceAfter)}`;
}

describe('closing marks', () => {
  test.each([
    ['the model closed what the editor closed already', 'foo(║)', 'a, b)', 'foo(⟦a, b⟧)'],
    ['its own pair is left alone', 'bar(║)', 'foo(x)', 'bar(⟦foo(x)⟧)'],
    ['both', 'bar(║)', 'foo(x))', 'bar(⟦foo(x)⟧)'],
    ['only the first of two marks', 'f(g(║));', 'x)', 'f(g(⟦x⟧));'],
    ['a semicolon behind', 'foo(║);', 'a);', 'foo(⟦a⟧);'],
    ['a string', "x = '║'", "abc'", "x = '⟦abc⟧'"],
    ['a string inside the argument', 'f(║)', '"a")', 'f(⟦"a"⟧)'],
    [
      'going on behind the mark takes its place',
      'function f(║)',
      'a) {\n  return a;\n}',
      'function f(⟦a) {\n  return a;\n}⟧',
    ],
    ['nothing written', 'f(║)', 'a, b', 'f(⟦a, b⟧)'],
  ])('%s', (_name, marked, generated, expected) => {
    expect(applied(matchClosers, marked, generated)).toBe(expected);
  });
});

describe('what stands behind the cursor', () => {
  test.each([
    ['the rest of the line repeated', 'const x = ║ + offset;', 'base + offset;', 'const x = ⟦base⟧ + offset;'],
    ['only its beginning', 'const x = ║ + offset;', 'base + off', 'const x = ⟦base⟧ + offset;'],
    ['one mark by chance', 'a = ║ x', 'b ', 'a = ⟦b ⟧ x'],
    ['the next line repeated', 'if (a) {║\n}\n', '\n  b();\n}', 'if (a) {⟦\n  b();⟧\n}\n'],
    ['nothing repeated', 'if (a) {║\n}\n', '\n  b();', 'if (a) {⟦\n  b();⟧\n}\n'],
  ])('%s', (_name, marked, generated, expected) => {
    expect(applied(suffixOverlap, marked, generated)).toBe(expected);
  });
});

describe('repetition', () => {
  test.each([
    ['the line above again', '  call(one);\n  ║', 'call(one);', 'dropped: repeats the line above'],
    ['a bracket is no repetition', '  }\n  ║', '}', '  }\n  ⟦}⟧'],
    ['a line twice', 'f() {\n  ║', 'call(one);\n  call(one);\n  call(one);', 'f() {\n  ⟦call(one);⟧'],
    ['a loop within a line', 'x = ║', 'a, b, a, b, a, b, a, b, a, b, a, b, ', 'dropped: repeats itself'],
  ])('%s', (_name, marked, generated, expected) => {
    expect(applied(repetition, marked, generated)).toBe(expected);
  });
});

describe('where it ends', () => {
  test.each([
    ['one line', 'const a = ║;', '1;\nconst b', 'const a = ⟦1;⟧;', 'typescript'],
    ['a block with its closing line', 'if (a) {║', '\n  b();\n}\nc();', 'if (a) {⟦\n  b();\n}⟧', 'typescript'],
    ['a block by indentation', 'def f():║', '\n    return 1\n\ndef g():', 'def f():⟦\n    return 1⟧', 'python'],
    [
      'inside an open block',
      'def f():\n    ║',
      'a = 1\n    return a\nx = 2',
      'def f():\n    ⟦a = 1\n    return a⟧',
      'python',
    ],
    ['an empty line ends it', 'f() {\n  ║', 'a();\n\n  b();', 'f() {\n  ⟦a();⟧', 'typescript'],
  ])('%s', (_name, marked, generated, expected, languageId) => {
    expect(applied(stopAtShape, marked, generated, {}, languageId)).toBe(expected);
  });

  test('a cut-off block keeps whole lines', () => {
    expect(applied(stopAtShape, 'f() {\n  ║', 'a();\n  b(one, tw', { cutOff: true })).toBe('f() {\n  ⟦a();⟧');
  });
});

test.each([
  ['blanks at the end go', 'x = ║', '1  ', 'x = ⟦1⟧'],
  ['a blank before what follows stays', 'x = ║+ 1', 'y ', 'x = ⟦y ⟧+ 1'],
  ['nothing is nothing', 'x = ║', '  ', 'dropped: nothing but blanks'],
])('blanks: %s', (_name, marked, generated, expected) => {
  expect(applied(blank, marked, generated)).toBe(expected);
});

describe('indentation', () => {
  test.each([
    [
      'spaces in a file of tabs',
      'a() {\n\tb();\n\tif (c) {║',
      '\n    d();\n  }',
      'a() {\n\tb();\n\tif (c) {⟦\n\t\td();\n\t}⟧',
    ],
    [
      'tabs in a file of four spaces',
      'def a():\n    b()\n    if c:║',
      '\n\t\td()',
      'def a():\n    b()\n    if c:⟦\n        d()⟧',
    ],
    ['the same as the file', 'a() {\n  b();\n  if (c) {║', '\n    d();', 'a() {\n  b();\n  if (c) {⟦\n    d();⟧'],
    ['a file without indentation', 'if (c) {║', '\n\td();', 'if (c) {⟦\n\td();⟧'],
  ])('%s', (_name, marked, generated, expected) => {
    expect(applied(indentation, marked, generated)).toBe(expected);
  });
});

test('one mark is not offered while typing, and is when asked for', () => {
  expect(applied(tooShort, 'x = ║', '1')).toBe('dropped: too short');
  expect(applied(tooShort, 'x = ║', '1', { invoked: true })).toBe('x = ⟦1⟧');
});

test('a suggestion the model is not sure of is held back', () => {
  expect(applied(confident, 'x = ║', 'value', { confidence: -1.1 })).toBe('dropped: not sure enough');
  expect(applied(confident, 'x = ║', 'value', { confidence: -1 })).toBe('x = ⟦value⟧');
});

test('all filters together keep a good suggestion as it is', () => {
  const result = applyFilters({ text: 'a, b)', replaceAfter: 0 }, inputAt('foo(║)\n'));
  expect(result).toEqual({ text: 'a, b', replaceAfter: 0 });
});
