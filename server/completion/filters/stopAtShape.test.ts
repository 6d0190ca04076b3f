import { expect, test } from 'vitest';
import { stopAtShape } from './stopAtShape.ts';
import { applied } from './testing.ts';

test.each([
  ['a single line ends at the line break', 'typescript', 'const a = ║;', '1;\nconst b', 'const a = ⟦1;⟧;'],
  ['a single line ends at the line break', 'python', 'a = ║\n', '1\nb = 2', 'a = ⟦1⟧\n'],
  ['a comment ends with its line', 'go', 'package a\n// such as {║\n', ' b }\nfunc', 'package a\n// such as {⟦ b }⟧\n'],
  ['a block ends at its last line', 'typescript', 'if (a) {║', '\n  b();\n}\nc();', 'if (a) {⟦\n  b();\n}⟧'],
  [
    'a block ends at its last line',
    'go',
    'package a\nfunc f() {║',
    '\n\tg()\n}\nfunc h() {',
    'package a\nfunc f() {⟦\n\tg()\n}⟧',
  ],
  ['a block ends at its last line', 'rust', 'fn f() {║', '\n    g();\n}\nfn h() {', 'fn f() {⟦\n    g();\n}⟧'],
  [
    'a block ends at its last line',
    'java',
    'class A {\n  int f() {║',
    '\n    return 1;\n  }\n  int g() {',
    'class A {\n  int f() {⟦\n    return 1;\n  }⟧',
  ],
  ['a block ends at its last line', 'cpp', 'int f() {║', '\n  return 1;\n}\nint g() {', 'int f() {⟦\n  return 1;\n}⟧'],
  ['a Python block ends at a dedent', 'python', 'def f():║', '\n    return 1\n\ndef g():', 'def f():⟦\n    return 1⟧'],
  [
    'the rest of an open block ends with its indentation',
    'python',
    'def f():\n    ║',
    'a = 1\n    return a\nx = 2',
    'def f():\n    ⟦a = 1\n    return a⟧',
  ],
  ['a list that no bracket closes yet ends with its line', 'typescript', 'if (║', 'a) {\n  b();\n}', 'if (⟦a) {⟧'],
  [
    'a list that no bracket closes yet ends with its line',
    'go',
    'package a\nfunc (║',
    'a *A) b() {',
    'package a\nfunc (⟦a *A) b() {⟧',
  ],
  [
    'a list that no bracket closes yet ends with its line',
    'rust',
    'for a in b(║',
    'c) {\n    d();',
    'for a in b(⟦c) {⟧',
  ],
  [
    'a list that no bracket closes yet ends with its line',
    'java',
    'f(║',
    'a).g(() -> {\n  b();\n});',
    'f(⟦a).g(() -> {⟧',
  ],
  ['a suggestion ends at an empty line', 'typescript', 'f() {\n  ║', 'a();\n\n  b();', 'f() {\n  ⟦a();⟧'],
])('%s (%s)', async (_name, languageId, marked, generated, expected) => {
  expect(await applied(stopAtShape, marked, generated, languageId)).toBe(expected);
});

test.each([
  ['typescript', 'if (a) {║', '\n  b();\n  c();\n}', '\nd();', ['\n  ', 'b', '();', '\n  c']],
  ['python', 'def f():║', '\n    a = 1\n    return a', '\nb = 2', ['\n    ', 'a =', ' 1', '\n    ', 'return']],
  ['go', 'package a\nfunc f() {\n\tif a {\n\t\t║', 'b()\n\t\tc()', '\n\t}\n}', ['b', '()', '\n\t\t', 'c']],
])('a block that is typed along stays whole to its end (%s)', async (languageId, marked, block, behind, pieces) => {
  let typed = '';
  for (const piece of pieces) {
    typed += piece;
    expect(block.startsWith(typed)).toBe(true);
    const rest = block.slice(typed.length);
    const at = marked.replace('║', `${typed}║`);
    expect(await applied(stopAtShape, at, rest + behind, languageId, { shape: 'block', typed })).toBe(
      at.replace('║', `⟦${rest}⟧`),
    );
  }
});

test.each([
  ['keeps whole words', '@Value("${otel.tr', '@Value("${otel.'],
  ['keeps whole words', 'grüße(größe', 'grüße('],
  ['keeps a word that is all of it', 'calcul', 'calcul'],
  ['keeps text without blanks between words', '// 这是一个', '// 这是一个'],
  ['stays where it ends with a mark', 'f(a, b);', 'f(a, b);'],
])('a cut-off line %s: %s', async (_, generated, expected) => {
  for (const shape of ['line', 'block'] as const)
    expect(await applied(stopAtShape, '  ║\n', generated, 'java', { cutOff: true, shape })).toBe(`  ⟦${expected}⟧\n`);
  expect(await applied(stopAtShape, '  ║\n', generated, 'java')).toBe(`  ⟦${generated}⟧\n`);
});

test('a cut-off block keeps whole lines', async () => {
  const kept = applied(stopAtShape, 'f() {\n  ║', 'a();\n  b(one, tw', 'typescript', { cutOff: true });
  expect(await kept).toBe('f() {\n  ⟦a();⟧');
});
