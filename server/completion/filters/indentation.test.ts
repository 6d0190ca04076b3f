import { expect, test } from 'vitest';
import { indentation } from './indentation.ts';
import { applied } from './testing.ts';

test.each([
  [
    'spaces become tabs in a file with tabs',
    'typescript',
    'a() {\n\tb();\n\tif (c) {║',
    '\n    d();\n  }',
    'a() {\n\tb();\n\tif (c) {⟦\n\t\td();\n\t}⟧',
  ],
  [
    'spaces become tabs in a file with tabs',
    'go',
    'func a() {\n\tb()\n\tif c {║',
    '\n        d()\n    }',
    'func a() {\n\tb()\n\tif c {⟦\n\t\td()\n\t}⟧',
  ],
  [
    'tabs become spaces in a file with four spaces',
    'python',
    'def a():\n    b()\n    if c:║',
    '\n\t\td()',
    'def a():\n    b()\n    if c:⟦\n        d()⟧',
  ],
  [
    'tabs become spaces in a file with four spaces',
    'rust',
    'fn a() {\n    b();\n    if c {║',
    '\n\t\td();\n\t}',
    'fn a() {\n    b();\n    if c {⟦\n        d();\n    }⟧',
  ],
  [
    'tabs become spaces in a file with two spaces',
    'java',
    'class A {\n  void b() {║',
    '\n\t\td();\n\t}',
    'class A {\n  void b() {⟦\n    d();\n  }⟧',
  ],
  ['matching spaces stay', 'cpp', 'a() {\n  b();\n  if (c) {║', '\n    d();', 'a() {\n  b();\n  if (c) {⟦\n    d();⟧'],
  ['tabs stay in a file without indentation', 'typescript', 'if (c) {║', '\n\td();', 'if (c) {⟦\n\td();⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(indentation, marked, generated, languageId)).toBe(expected);
});
