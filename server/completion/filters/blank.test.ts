import { expect, test } from 'vitest';
import { blank } from './blank.ts';
import { applied } from './testing.ts';

test.each([
  ['blanks at the end go', 'typescript', 'x = ║', '1  ', 'x = ⟦1⟧'],
  ['line breaks at the end go', 'python', 'def f():║', '\n    return 1\n\n', 'def f():⟦\n    return 1⟧'],
  ['a blank before what follows stays', 'go', 'x = ║+ 1', 'y ', 'x = ⟦y ⟧+ 1'],
  ['a blank before another one goes', 'python', 'x = ║ + 1', 'y ', 'x = ⟦y⟧ + 1'],
  ['a line break before a blank stays', 'typescript', 'f() {║ }', '\n  g();\n', 'f() {⟦\n  g();\n⟧ }'],
  ['a line break before what follows stays', 'cpp', 'f() {║}', '\n  g();\n\n', 'f() {⟦\n  g();\n⟧}'],
  ['nothing is nothing', 'rust', 'x = ║', '  ', 'dropped: nothing but blanks'],
  ['an indented empty line is nothing', 'java', 'void f() {║', '\n    \n', 'dropped: nothing but blanks'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(blank, marked, generated, languageId)).toBe(expected);
});
