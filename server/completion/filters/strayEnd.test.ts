import { expect, test } from 'vitest';
import { applyFilters } from './index.ts';
import { applied } from './testing.ts';

const allFilters = (...[suggestion, input]: Parameters<typeof applyFilters>) => applyFilters(suggestion, input);

test.each([
  ['a statement does not end within brackets', 'javascript', 'f(g(║))\n', 'abc);', 'f(g(⟦abc)⟧)\n'],
  ['a statement does not end within brackets', 'java', 'f(║)\n', 'g(abc);', 'f(⟦g(abc)⟧)\n'],
  [
    'a statement does not end within brackets',
    'php',
    "<?php\nclass A {\n  #[B('c', d: [║])]\n  public $e;\n}\n",
    "'GET', 'POST']);",
    "<?php\nclass A {\n  #[B('c', d: [⟦'GET', 'POST'])⟧]\n  public $e;\n}\n",
  ],
  ['a body in brackets ends none', 'typescript', 'f(() => {║})\n', '\n  g(abc);\n};', 'f(() => {⟦\n  g(abc);\n}⟧)\n'],
  ['a statement that ends behind all brackets stays', 'typescript', 'f(g(║))\n', 'abc));', 'f(g(⟦abc));⟧\n'],
  ['the parts of a loop stay', 'cpp', 'for (║)\n', 'int i = 0;', 'for (⟦int i = 0;⟧)\n'],
  ['a statement in a body stays', 'typescript', 'f(() => { ║})\n', 'g(abc);', 'f(() => { ⟦g(abc);⟧})\n'],
  ['text in a string stays', 'java', 'f("a (║)");\n', 'bcd;', 'f("a (⟦bcd;⟧)");\n'],
  ['a list of commands stays', 'shellscript', 'a=$(cd b; ║)\n', 'ls abc;', 'a=$(cd b; ⟦ls abc;⟧)\n'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(allFilters, marked, generated, languageId)).toBe(expected);
});
