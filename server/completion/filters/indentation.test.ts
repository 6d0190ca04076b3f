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
  [
    'a single line too becomes one with tabs',
    'typescript',
    'a() {\n\tb();\n\tif (c) {║',
    '\n    d();',
    'a() {\n\tb();\n\tif (c) {⟦\n\t\td();⟧',
  ],
  [
    'spaces become as many levels of tabs as the cursor has, and one where a block is opened',
    'python',
    'class A:\n\tdef f(self):\n\t\t║',
    'return g(\n            1,\n        )',
    'class A:\n\tdef f(self):\n\t\t⟦return g(\n\t\t\t1,\n\t\t)⟧',
  ],
  [
    'spaces become as many levels of tabs as the cursor has',
    'c',
    'int f() {\n\tif (a) {\n\t\t║',
    'b();\n    c();',
    'int f() {\n\tif (a) {\n\t\t⟦b();\n\t\tc();⟧',
  ],
  [
    'spaces become tabs where the cursor stands behind the first one',
    'typescript',
    'function a() {\n\t║',
    'const b = 1;\n  if (b) {\n    c();\n  }',
    'function a() {\n\t⟦const b = 1;\n\tif (b) {\n\t\tc();\n\t}⟧',
  ],
  [
    'the stars of a comment stay below each other',
    'java',
    'class A {\n\t║',
    'void f() {\n        /*\n         * a\n         */\n    }',
    'class A {\n\t⟦void f() {\n\t\t/*\n\t\t * a\n\t\t */\n\t}⟧',
  ],
  [
    'a remark behind a bracket opens no less',
    'python',
    'class A:\n\tdef f(self):\n\t\t║',
    'if a:  # b\n            c()',
    'class A:\n\tdef f(self):\n\t\t⟦if a:  # b\n\t\t\tc()⟧',
  ],
  [
    'tabs stay in a file that has both',
    'go',
    'const q = `\n    a,\n    b,\n    c`\n\nfunc f() {\n\tg()\n}\n\nfunc h() {║',
    '\n\ti()\n}',
    'const q = `\n    a,\n    b,\n    c`\n\nfunc f() {\n\tg()\n}\n\nfunc h() {⟦\n\ti()\n}⟧',
  ],
  [
    'tabs stay in a file that has them below',
    'go',
    'const q = `\n    a,\n    b`\n\nfunc f() {║}\n\nfunc g() {\n\th()\n}\n',
    '\n\ti()',
    'const q = `\n    a,\n    b`\n\nfunc f() {⟦\n\ti()⟧}\n\nfunc g() {\n\th()\n}\n',
  ],
  [
    'the cursor’s own line decides in a file that has both',
    'go',
    'func f() {\n\tg()\n\th()\n\tq := `\n    ║',
    'a,\n\tb`',
    'func f() {\n\tg()\n\th()\n\tq := `\n    ⟦a,\n    b`⟧',
  ],
  [
    'a line less deep than the cursor’s first',
    'python',
    'def f():\n\tif a:\n\t\tfor b in a:\n\t\t\t║',
    'c(b)\n        d()\n        if e:\n            g()',
    'def f():\n\tif a:\n\t\tfor b in a:\n\t\t\t⟦c(b)\n\t\td()\n\t\tif e:\n\t\t\tg()⟧',
  ],
  [
    'a line less deep than the cursor’s first',
    'python',
    'class A:\n\tdef f():\n\t\tif a:\n\t\t\tif b:\n\t\t\t\t║',
    'return c\n            return d',
    'class A:\n\tdef f():\n\t\tif a:\n\t\t\tif b:\n\t\t\t\t⟦return c\n\t\t\treturn d⟧',
  ],
  ['matching spaces stay', 'cpp', 'a() {\n  b();\n  if (c) {║', '\n    d();', 'a() {\n  b();\n  if (c) {⟦\n    d();⟧'],
  ['tabs stay in a file without indentation', 'typescript', 'if (c) {║', '\n\td();', 'if (c) {⟦\n\td();⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(indentation, marked, generated, languageId)).toBe(expected);
});
