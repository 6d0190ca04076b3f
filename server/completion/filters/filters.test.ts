import { expect, test } from 'vitest';
import { applyFilters } from './index.ts';
import { applied } from './testing.ts';

const allFilters = (...[suggestion, input]: Parameters<typeof applyFilters>) => applyFilters(suggestion, input);

test.each([
  ['a good suggestion is unchanged', 'typescript', 'foo(║)\n', 'a, b)', 'foo(⟦a, b⟧)\n'],
  [
    'a body is reindented and ends before the next method',
    'typescript',
    'class A {\n\tf() {║}\n}\n',
    '\n    return 1;\n  }\n\n  g() {',
    'class A {\n\tf() {⟦\n\t\treturn 1;\n\t⟧}\n}\n',
  ],
  [
    'a body ends before the next function',
    'python',
    'def f(x):\n    ║\n\n\ndef g():\n    pass\n',
    'y = x + 1\n    return y\n\n\ndef g():\n    pass',
    'def f(x):\n    ⟦y = x + 1\n    return y⟧\n\n\ndef g():\n    pass\n',
  ],
  [
    'a closing brace that is already there is dropped',
    'go',
    'package a\n\nfunc f() {\n\tif a {║\n\t}\n}\n',
    '\n\t\tb()\n\t}\n}\n',
    'package a\n\nfunc f() {\n\tif a {⟦\n\t\tb()⟧\n\t}\n}\n',
  ],
  [
    'a word that closes and is already there is dropped',
    'ruby',
    'class A\n  def f(b)\n    ║\n  end\nend\n',
    '@c << b\n    self\n  end\n\n  def g\n',
    'class A\n  def f(b)\n    ⟦@c << b\n    self⟧\n  end\nend\n',
  ],
  [
    'a word that closes and is missing comes with its block',
    'ruby',
    'class A\n  def f(b)\n    ║\n\n  def g\n  end\nend\n',
    '@c << b\n    self\n  end\n\n  def g\n',
    'class A\n  def f(b)\n    ⟦@c << b\n    self\n  end⟧\n\n  def g\n  end\nend\n',
  ],
  [
    'a word that closes and is already there is dropped',
    'shellscript',
    'if [ -n "$a" ]; then║\nfi\n',
    '\n  echo b\nfi\nc\n',
    'if [ -n "$a" ]; then⟦\n  echo b⟧\nfi\n',
  ],
  [
    'arguments behind a body replace the closers',
    'typescript',
    'useEffect(() => {║})\n',
    '\n  load(id);\n}, [id]);\n\nreturn a;',
    'useEffect(() => {⟦\n  load(id);\n}, [id]);⟧\n',
  ],
  [
    'a body is called where it ends',
    'go',
    'package a\n\nfunc f() {\n\tdefer func() {║}\n}\n',
    '\n\t\tg()\n\t}()\n\th()\n',
    'package a\n\nfunc f() {\n\tdefer func() {⟦\n\t\tg()\n\t}()⟧\n}\n',
  ],
  ['an argument ends at its closer', 'rust', 'let x = f(a, ║);\n', 'bc);\nlet y', 'let x = f(a, ⟦bc⟧);\n'],
  [
    'an expression does not repeat the rest of its line',
    'java',
    'int x = ║ + offset;\n',
    'base + offset;',
    'int x = ⟦base⟧ + offset;\n',
  ],
  ['a call in a call keeps only its own bracket', 'typescript', 'bar(║)\n', 'foo(x))', 'bar(⟦foo(x)⟧)\n'],
  ['a call in a call keeps only its own bracket', 'python', 'bar(║)\n', 'foo(x)', 'bar(⟦foo(x)⟧)\n'],
  ['a call in a call keeps only its own bracket', 'go', 'bar(║);\n', 'foo(x));', 'bar(⟦foo(x)⟧);\n'],
  [
    'a call that the document closes is left open',
    'java',
    'Value x = ║);\n',
    'new Value(1);',
    'Value x = ⟦new Value(1⟧);\n',
  ],
  [
    'a call in a block that the document closes is left open',
    'typescript',
    "it('x', () => {\n  const a = ║)\n})\n",
    'new B()',
    "it('x', () => {\n  const a = ⟦new B(⟧)\n})\n",
  ],
  ['a call after a bracket in a string is left open', 'python', 's = "("\nx = ║)\n', 'f(1)', 's = "("\nx = ⟦f(1⟧)\n'],
  ['a call as the last argument is closed', 'python', 'f(\n    g(),\n    ║)\n', 'h(x)', 'f(\n    g(),\n    ⟦h(x)⟧)\n'],
  ['a string that the document closes is left open', 'python', 'log.info║")\n', '("done")', 'log.info⟦("done⟧")\n'],
  ['a lone backtick above is not a quote', 'go', '// `\nbar(║)\n// `\n', 'foo(x)', '// `\nbar(⟦foo(x)⟧)\n// `\n'],
  ['a second string loses its closing quote only', 'java', 'x = "║"\n', 'a" + "b"', 'x = "⟦a" + "b⟧"\n'],
  ['a chained call replaces the closer', 'typescript', 'x = foo(║)\n', 'a).then(b)', 'x = foo(⟦a).then(b)⟧\n'],
  ['a chained call replaces the closer', 'java', 'x = foo(║);\n', 'a).map(b);', 'x = foo(⟦a).map(b);⟧\n'],
  ['a second index replaces the closer', 'python', 'x = y[║]\n', 'a][b]', 'x = y[⟦a][b]⟧\n'],
  ['a closing quote is dropped', 'cpp', 'puts("║");\n', 'hello");', 'puts("⟦hello⟧");\n'],
  ['the end of a call in a call replaces all closers', 'java', 'f.put(║));\n', 'a, g());', 'f.put(⟦a, g());⟧\n'],
  [
    'the end of a call in a call replaces all closers',
    'python',
    'f("a", ║)),\n',
    'x=g(y="/")),',
    'f("a", ⟦x=g(y="/")),⟧\n',
  ],
  ['a string that replaces a closing quote stays whole', 'typescript', "  ║',\n", "a: 'b',", "  ⟦a: 'b',⟧\n"],
  ['a looping line is dropped', 'python', 'x = ║\n', 'a, b, a, b, a, b, a, b, a, b, a, b, ', 'dropped: repeats itself'],
  ['a lone closer is dropped', 'typescript', 'foo(a║)\n', ')', 'dropped: nothing but blanks'],
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
  'between %s and %s an argument stays whole, whether or not the model repeats the closers',
  async (opening, closing) => {
    for (const argument of ARGUMENTS)
      for (const written of [argument, argument + closing]) {
        const marked = `${opening}║${closing}\n`;
        expect(await applied(allFilters, marked, written), written).toBe(`${opening}⟦${argument}⟧${closing}\n`);
      }
  },
);
