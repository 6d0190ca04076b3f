import { describe, expect, test } from 'vitest';
import { blockEnd } from '../completion/blockEnd.ts';
import { cursorAt } from '../completion/cursor.ts';
import { shapeAt } from '../completion/shape.ts';
import { closersBehind } from '../prompt/windows.ts';
import { syntaxFor } from './syntax.ts';

const parts = (marked: string): [string, string] => {
  const [before = '', after = ''] = marked.split('║');
  return [before, after];
};

describe('zones', () => {
  test.each([
    ['typescript', 'const a = ║;', 'code'],
    ['typescript', '// a comment {║\nf();', 'comment'],
    ['typescript', '/* a comment */ ║f();', 'code'],
    ['typescript', 'const a = "text ║";', 'string'],
    ['typescript', 'const a = "text"║;', 'code'],
    ['typescript', 'const a = `x $' + '{b║}`;', 'code'],
    ['typescript', 'const a = `x ║`;', 'string'],
    ['python', '# note:║\nx = 1', 'comment'],
    ['python', 'def f():\n    """Doc ║\n    """', 'string'],
    ['go', 'package a\n// note ║\n', 'comment'],
    ['rust', 'fn f() { let a = "x ║"; }', 'string'],
    ['typescriptreact', 'const a = <p>{b║}</p>;', 'code'],
    ['cpp', 'template <typename T>\nclass C {\n  int f() {║}\n};\n', 'code'],
    ['cpp', 'std::vector<║> a;', 'code'],
    ['typescript', 'type A = `x $' + '{║}`;', 'code'],
  ])('%s: %s is %s', async (languageId, marked, zone) => {
    expect((await syntaxFor(languageId))!.zone(...parts(marked))).toBe(zone);
  });
});

test.each(['plaintext', 'constructor', '__proto__'])('%s has no grammar and no reader', async (languageId) => {
  expect(await syntaxFor(languageId)).toBeNull();
});

describe('one line or a block', () => {
  test.each([
    ['typescript', 'function f() {║}\n', 'block'],
    ['typescript', 'function f() {\n  ║\n}\n', 'block'],
    ['typescript', 'function f() {\n  ║\n  g();\n}\n', 'line'],
    ['typescript', 'g(║)\n', 'line'],
    ['typescript', '// such as {║\n', 'line'],
    ['typescript', 'const a = 1;║\n', 'line'],
    ['python', 'def f():\n    ║\n\ndef g():\n', 'block'],
    ['python', 'x = a[1:║]\n', 'line'],
    ['go', 'func f() {\n\t║\n}\n', 'block'],
    ['rust', 'fn f() -> u8 {║}', 'block'],
    ['cpp', 'template <typename T>\nT f(T a) {\n  ║\n}\n', 'block'],
    ['tsx', 'plain {║', 'block'],
  ])('%s: %j wants a %s', async (languageId, marked, shape) => {
    const [before, after] = parts(marked);
    const cursor = cursorAt(before + after, before.length, languageId);
    expect(shapeAt(cursor, closersBehind(after), await syntaxFor(languageId))).toBe(shape);
  });
});

describe('the end of a block', () => {
  test.each([
    ['is at its own bracket', 'typescript', 'function f() {║', '\n  g({\n    a: 1,\n  });\n⟧}\nh();\n', true],
    [
      'in Go is after cases that stand as deep as their switch',
      'go',
      'package a\nfunc f(x int) {\n\tswitch x {║',
      '\n\tcase 1:\n\t\tg()\n⟧\t}\n\th()\n',
      true,
    ],
    [
      'is after a template string with odd indentation',
      'typescript',
      'function f() {\n  ║',
      'return `\nno indent\n`;⟧\n}\n',
      false,
    ],
    ['ignores brackets in strings', 'typescript', 'function f() {║', '\n  g("}");\n⟧}\n', true],
    ['is at the bracket of a call around it', 'typescript', 'test("x", () => {║', '\n  g();\n⟧});\nh();\n', true],
    ['ignores attributes in PHP', 'php', '<?php\nclass A {║', '\n  #[B]\n  public $c;\n⟧}\nf();\n', true],
    ['ignores word lists in Ruby', 'ruby', 'f a: {║', '\n  b: %w[c d],\n  e: %i[g]\n⟧}\nh\n', true],
    ['follows indentation in Python', 'python', 'def f():║', '\n    return [\n  1,\n    ]⟧\nx = 1\n', false],
  ])('%s', async (_name, languageId, before, marked, closing) => {
    const [kept = '', rest = ''] = marked.split('⟧');
    const open = before.replace('║', '');
    const end = blockEnd(kept + rest, open, await syntaxFor(languageId));
    const expected = closing ? kept.length + rest.indexOf('\n') : kept.length;
    expect((kept + rest).slice(0, end)).toBe((kept + rest).slice(0, expected));
  });

  test('is missing while the block is open', async () => {
    expect(blockEnd('\n  g();\n', 'function f() {', await syntaxFor('typescript'))).toBe(-1);
  });
});
