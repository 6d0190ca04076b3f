import { expect, test } from 'vitest';
import { blank } from './blank.ts';
import { applied } from './testing.ts';

test.each([
  ['trailing blanks are removed', 'typescript', 'x = ║', '1  ', 'x = ⟦1⟧'],
  ['trailing line breaks are removed', 'python', 'def f():║', '\n    return 1\n\n', 'def f():⟦\n    return 1⟧'],
  ['a blank before following text stays', 'go', 'x = ║+ 1', 'y ', 'x = ⟦y ⟧+ 1'],
  ['a blank before another blank is removed', 'python', 'x = ║ + 1', 'y ', 'x = ⟦y⟧ + 1'],
  ['a line break before a blank stays', 'typescript', 'f() {║ }', '\n  g();\n', 'f() {⟦\n  g();\n⟧ }'],
  ['a line break before following text stays', 'cpp', 'f() {║}', '\n  g();\n\n', 'f() {⟦\n  g();\n⟧}'],
  ['a suggestion of blanks is dropped', 'rust', 'x = ║', '  ', 'dropped: nothing but blanks'],
  ['an indented empty line is dropped', 'java', 'void f() {║', '\n    \n', 'dropped: nothing but blanks'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(blank, marked, generated, languageId)).toBe(expected);
});
