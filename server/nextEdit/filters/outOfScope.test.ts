import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { applied, changeBetween } from '../../edits/change.ts';
import { syntaxFor } from '../../languages/syntax.ts';
import { outOfScope } from './outOfScope.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Why `g(a)` is not made `to` in the last line of a text that has it. */
async function reason(languageId: string, text: string, to = 'g(v)'): Promise<string | null> {
  const lines = text.split('\n');
  const at = lines.findLastIndex((line) => line.includes('g(a)'));
  const answer = lines.map((line, i) => (i === at ? line.replace('g(a)', to) : line));
  return outOfScope(changeBetween('f', 0, lines, answer)!, {
    situation: { path: 'f', lines, region: { from: 0, to: lines.length }, recent: [], related: [] },
    answer: applied(lines, changeBetween('f', 0, lines, answer)!),
    syntax: await syntaxFor(languageId),
    sureness: 1,
    leastSureness: 0,
  });
}

test.each([
  ['a variable', 'go', 'package p\nfunc f() {\n\tv := h()\n\tg(v)\n}\nfunc e() {\n\tg(a)\n}'],
  ['a parameter', 'go', 'package p\nfunc f(v int) {\n\tg(v)\n}\nfunc e() {\n\tg(a)\n}'],
  ['a variable', 'typescript', 'function f() {\n  const v = h();\n  g(v);\n}\nfunction e() {\n  g(a);\n}'],
  ['a callback’s parameter', 'typescript', 'f((v) => {\n  g(v);\n});\ne(() => {\n  g(a);\n});'],
  ['a block’s variable', 'javascript', 'if (b) {\n  const v = 1;\n  g(v);\n}\ng(a);'],
  ['a variable', 'python', 'def f():\n    v = h()\n    g(v)\n\ndef e():\n    g(a)'],
  [
    'a variable',
    'csharp',
    'class A {\n  void F() {\n    var v = H();\n    g(v);\n  }\n  void E() {\n    g(a);\n  }\n}',
  ],
  ['a variable', 'rust', 'fn f() {\n    let v = h();\n    g(v);\n}\nfn e() {\n    g(a);\n}'],
])('%s of another function is not used in %s where it is not seen', async (_, languageId, text) => {
  expect(await reason(languageId, text)).toMatch(/not seen/);
});

test.each([
  ['a variable of the same function', 'go', 'package p\nfunc f() {\n\tv := h()\n\tg(v)\n\tg(a)\n}'],
  ['one that it has as well', 'typescript', 'function f(v) {\n  g(v);\n}\nfunction e(v) {\n  g(a);\n}'],
  ['one of the file', 'python', 'v = 1\ndef f():\n    g(v)\n\ndef e():\n    g(a)'],
  ['one of no function of the file', 'typescript', 'function e() {\n  g(a);\n}'],
  ['what is used undeclared too', 'javascript', 'function f(v) {\n  g(v);\n}\nh(v);\nfunction e() {\n  g(a);\n}'],
  ['what it declares', 'go', 'package p\nfunc f() {\n\tv := h()\n\tg(v)\n}\nfunc e() {\n\tg(a)\n}', 'v := h(); g(v)'],
  ['a member', 'typescript', 'function f(v) {\n  g(v);\n}\nfunction e() {\n  g(a);\n}', 'g(a.v)'],
  ['a key', 'typescript', 'function f(v) {\n  g(v);\n}\nfunction e() {\n  g(a);\n}', 'g({ v: a })'],
  ['a named argument', 'python', 'def f(v):\n    g(v)\n\ndef e():\n    g(a)', 'g(a, v=1)'],
  ['a word in a string', 'typescript', 'function f(v) {\n  g(v);\n}\nfunction e() {\n  g(a);\n}', "g('v')"],
  [
    'a field that is inherited',
    'java',
    'class A extends B {\n  A(int v) { g(v); }\n  int f() { return v; }\n  int e() { return g(a); }\n}',
  ],
  ['anything in a broken file', 'typescript', 'function f(v) {\n  g(v);\n}\nfunction e( {\n  g(a);\n}'],
])('%s may be used (%s)', async (_, languageId, text, to?: string) => {
  expect(await reason(languageId, text, to)).toBeNull();
});
