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
  ['a call in a call', 'typescript', 'bar(║)\n', 'foo(x))', 'bar(⟦foo(x)⟧)\n'],
  ['a call in a call', 'python', 'bar(║)\n', 'foo(x)', 'bar(⟦foo(x)⟧)\n'],
  ['a call in a call', 'go', 'bar(║);\n', 'foo(x));', 'bar(⟦foo(x)⟧);\n'],
  [
    'a call that an opening is still to be written for',
    'java',
    'Value x = ║);\n',
    'new Value(1);',
    'Value x = ⟦new Value(1⟧);\n',
  ],
  [
    'one in a block',
    'typescript',
    "it('x', () => {\n  const a = ║)\n})\n",
    'new B()',
    "it('x', () => {\n  const a = ⟦new B(⟧)\n})\n",
  ],
  ['one behind a string', 'python', 's = "("\nx = ║)\n', 'f(1)', 's = "("\nx = ⟦f(1⟧)\n'],
  ['the last argument of several lines', 'python', 'f(\n    g(),\n    ║)\n', 'h(x)', 'f(\n    g(),\n    ⟦h(x)⟧)\n'],
  ['a string that is still to be opened', 'python', 'log.info║")\n', '("done")', 'log.info⟦("done⟧")\n'],
  ['a call below a lone backtick', 'go', '// `\nbar(║)\n// `\n', 'foo(x)', '// `\nbar(⟦foo(x)⟧)\n// `\n'],
  ['a string behind a string', 'java', 'x = "║"\n', 'a" + "b"', 'x = "⟦a" + "b⟧"\n'],
  ['a call that goes on', 'typescript', 'x = foo(║)\n', 'a).then(b)', 'x = foo(⟦a).then(b)⟧\n'],
  ['a call that goes on', 'java', 'x = foo(║);\n', 'a).map(b);', 'x = foo(⟦a).map(b);⟧\n'],
  ['an index that goes on', 'python', 'x = y[║]\n', 'a][b]', 'x = y[⟦a][b]⟧\n'],
  ['a string', 'cpp', 'puts("║");\n', 'hello");', 'puts("⟦hello⟧");\n'],
  ['a loop', 'python', 'x = ║\n', 'a, b, a, b, a, b, a, b, a, b, a, b, ', 'dropped: repeats itself'],
  ['the closing mark alone', 'typescript', 'foo(a║)\n', ')', 'dropped: nothing but blanks'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(allFilters, marked, generated, languageId)).toBe(expected);
});

const ARGUMENTS = ['x, y', 'g(x)', 'g(h(x), y)', 'a[i]', '[g(x)]', '{ a: b() }', '"s("', 'x => y(x)', 'g(x)[0].h()'];
const AROUND: readonly (readonly [string, string])[] = [
  ['f(', ')'],
  ['f(', ');'],
  ['x[', ']'],
  ['f({', '})'],
  ['f(g(', '));'],
];

test.each(AROUND)(
  'between %s and %s an argument stays whole, whether the model closes what stands closed or not',
  async (opening, closing) => {
    for (const argument of ARGUMENTS)
      for (const written of [argument, argument + closing]) {
        const marked = `${opening}║${closing}\n`;
        expect(await applied(allFilters, marked, written), written).toBe(`${opening}⟦${argument}⟧${closing}\n`);
      }
  },
);
