import { expect, test } from 'vitest';
import { matchClosers } from './closers.ts';
import { applied } from './testing.ts';

test.each([
  ['the model closed what the editor closed already', 'typescript', 'foo(║)', 'a, b)', 'foo(⟦a, b⟧)'],
  ['the model closed what the editor closed already', 'python', 'print(║)', 'a, b)', 'print(⟦a, b⟧)'],
  ['the model closed what the editor closed already', 'go', 'xs[║]', 'i+1]', 'xs[⟦i+1⟧]'],
  ['the model closed what the editor closed already', 'rust', 'vec![║];', '1, 2];', 'vec![⟦1, 2⟧];'],
  ['the model closed what the editor closed already', 'java', 'f("║");', 'text");', 'f("⟦text⟧");'],
  ['the model closed what the editor closed already', 'cpp', 'if (║)', 'a < b)', 'if (⟦a < b⟧)'],
  ['its own pair is left alone', 'typescript', 'bar(║)', 'foo(x)', 'bar(⟦foo(x)⟧)'],
  ['its own pair is left alone', 'python', 'd[║]', 'k[0]', 'd[⟦k[0]⟧]'],
  ['both', 'typescript', 'bar(║)', 'foo(x))', 'bar(⟦foo(x)⟧)'],
  ['only the first of two marks', 'typescript', 'f(g(║));', 'x)', 'f(g(⟦x⟧));'],
  ['a semicolon behind', 'typescript', 'foo(║);', 'a);', 'foo(⟦a⟧);'],
  ['a string', 'python', "x = '║'", "abc'", "x = '⟦abc⟧'"],
  ['a string inside the argument', 'typescript', 'f(║)', '"a")', 'f(⟦"a"⟧)'],
  [
    'going on behind the mark takes its place',
    'typescript',
    'function f(║)',
    'a) {\n  return a;\n}',
    'function f(⟦a) {\n  return a;\n}⟧',
  ],
  [
    'going on behind the mark takes its place',
    'go',
    'func f(║)',
    'a int) int {\n\treturn a\n}',
    'func f(⟦a int) int {\n\treturn a\n}⟧',
  ],
  [
    'a body between braces leaves the closing one a line of its own',
    'typescript',
    '  f() {║}\n',
    '\n    g();\n  }',
    '  f() {⟦\n    g();\n  ⟧}\n',
  ],
  ['also where it was cut off', 'java', '  void f() {║}\n', '\n    g();', '  void f() {⟦\n    g();\n  ⟧}\n'],
  ['a bracket in a string', 'go', 'f(║)', '"(")', 'f(⟦"("⟧)'],
  ['a bracket in a string', 'python', 'f(║)', "g(')', x))", "f(⟦g(')', x)⟧)"],
  ['a bracket in a string', 'rust', 'f(║);', "'(', &'a x);", "f(⟦'(', &'a x⟧);"],
  ['a string behind a string', 'java', 'f("║");', 'a" + g("b"));', 'f("⟦a" + g("b"));⟧'],
  ['nothing written', 'rust', 'f(║)', 'a, b', 'f(⟦a, b⟧)'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(matchClosers, marked, generated, languageId)).toBe(expected);
});
