import { expect, test } from 'vitest';
import { stopAtShape } from './stopAtShape.ts';
import { applied } from './testing.ts';

test.each([
  ['one line', 'typescript', 'const a = ║;', '1;\nconst b', 'const a = ⟦1;⟧;'],
  ['one line', 'python', 'a = ║\n', '1\nb = 2', 'a = ⟦1⟧\n'],
  ['one line in a comment', 'go', 'package a\n// such as {║\n', ' b }\nfunc', 'package a\n// such as {⟦ b }⟧\n'],
  ['a block with its closing line', 'typescript', 'if (a) {║', '\n  b();\n}\nc();', 'if (a) {⟦\n  b();\n}⟧'],
  [
    'a block with its closing line',
    'go',
    'package a\nfunc f() {║',
    '\n\tg()\n}\nfunc h() {',
    'package a\nfunc f() {⟦\n\tg()\n}⟧',
  ],
  ['a block with its closing line', 'rust', 'fn f() {║', '\n    g();\n}\nfn h() {', 'fn f() {⟦\n    g();\n}⟧'],
  [
    'a block with its closing line',
    'java',
    'class A {\n  int f() {║',
    '\n    return 1;\n  }\n  int g() {',
    'class A {\n  int f() {⟦\n    return 1;\n  }⟧',
  ],
  ['a block with its closing line', 'cpp', 'int f() {║', '\n  return 1;\n}\nint g() {', 'int f() {⟦\n  return 1;\n}⟧'],
  ['a block by indentation', 'python', 'def f():║', '\n    return 1\n\ndef g():', 'def f():⟦\n    return 1⟧'],
  [
    'inside an open block',
    'python',
    'def f():\n    ║',
    'a = 1\n    return a\nx = 2',
    'def f():\n    ⟦a = 1\n    return a⟧',
  ],
  ['an empty line ends it', 'typescript', 'f() {\n  ║', 'a();\n\n  b();', 'f() {\n  ⟦a();⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(stopAtShape, marked, generated, languageId)).toBe(expected);
});

test('a cut-off block keeps whole lines', async () => {
  const kept = applied(stopAtShape, 'f() {\n  ║', 'a();\n  b(one, tw', 'typescript', { cutOff: true });
  expect(await kept).toBe('f() {\n  ⟦a();⟧');
});
