import { expect, test } from 'vitest';
import { indentation } from './indentation.ts';
import { applied } from './testing.ts';

test.each([
  [
    'spaces in a file of tabs',
    'typescript',
    'a() {\n\tb();\n\tif (c) {║',
    '\n    d();\n  }',
    'a() {\n\tb();\n\tif (c) {⟦\n\t\td();\n\t}⟧',
  ],
  [
    'spaces in a file of tabs',
    'go',
    'func a() {\n\tb()\n\tif c {║',
    '\n        d()\n    }',
    'func a() {\n\tb()\n\tif c {⟦\n\t\td()\n\t}⟧',
  ],
  [
    'tabs in a file of four spaces',
    'python',
    'def a():\n    b()\n    if c:║',
    '\n\t\td()',
    'def a():\n    b()\n    if c:⟦\n        d()⟧',
  ],
  [
    'tabs in a file of four spaces',
    'rust',
    'fn a() {\n    b();\n    if c {║',
    '\n\t\td();\n\t}',
    'fn a() {\n    b();\n    if c {⟦\n        d();\n    }⟧',
  ],
  [
    'tabs in a file of two spaces',
    'java',
    'class A {\n  void b() {║',
    '\n\t\td();\n\t}',
    'class A {\n  void b() {⟦\n    d();\n  }⟧',
  ],
  ['the same as the file', 'cpp', 'a() {\n  b();\n  if (c) {║', '\n    d();', 'a() {\n  b();\n  if (c) {⟦\n    d();⟧'],
  ['a file without indentation', 'typescript', 'if (c) {║', '\n\td();', 'if (c) {⟦\n\td();⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(indentation, marked, generated, languageId)).toBe(expected);
});
