import { expect, test } from 'vitest';
import { applyFilters } from './index.ts';
import { applied } from './testing.ts';

const allFilters = (...[suggestion, input]: Parameters<typeof applyFilters>) => applyFilters(suggestion, input);

test.each([
  ['a good suggestion stays as it is', 'typescript', 'foo(║)\n', 'a, b)', 'foo(⟦a, b⟧)\n'],
  [
    'a body with what comes behind it, in other indentation',
    'typescript',
    'class A {\n\tf() {║}\n}\n',
    '\n    return 1;\n  }\n\n  g() {',
    'class A {\n\tf() {⟦\n\t\treturn 1;\n\t⟧}\n}\n',
  ],
  [
    'a body that goes on into the next function',
    'python',
    'def f(x):\n    ║\n\n\ndef g():\n    pass\n',
    'y = x + 1\n    return y\n\n\ndef g():\n    pass',
    'def f(x):\n    ⟦y = x + 1\n    return y⟧\n\n\ndef g():\n    pass\n',
  ],
  [
    'a block that is closed already',
    'go',
    'package a\n\nfunc f() {\n\tif a {║\n\t}\n}\n',
    '\n\t\tb()\n\t}\n}\n',
    'package a\n\nfunc f() {\n\tif a {⟦\n\t\tb()⟧\n\t}\n}\n',
  ],
  ['an argument behind a half-typed one', 'rust', 'let x = f(a, ║);\n', 'bc);\nlet y', 'let x = f(a, ⟦bc⟧);\n'],
  [
    'an expression before the rest of its line',
    'java',
    'int x = ║ + offset;\n',
    'base + offset;',
    'int x = ⟦base⟧ + offset;\n',
  ],
  ['a string', 'cpp', 'puts("║");\n', 'hello");', 'puts("⟦hello⟧");\n'],
  ['a loop', 'python', 'x = ║\n', 'a, b, a, b, a, b, a, b, a, b, a, b, ', 'dropped: repeats itself'],
  ['the closing mark alone', 'typescript', 'foo(a║)\n', ')', 'dropped: nothing but blanks'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(allFilters, marked, generated, languageId)).toBe(expected);
});
