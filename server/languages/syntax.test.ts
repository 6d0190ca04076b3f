import Parser from 'tree-sitter';
import { describe, expect, test, vi } from 'vitest';
import { blockEnd } from '../completion/blockEnd.ts';
import { cursorAt } from '../completion/cursor.ts';
import { blockWordsOf } from '../completion/keywordBlocks.ts';
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
    ['kotlin', 'val a = "x ║"', 'string'],
    ['kotlin', 'val a = "x $' + '{b║}"', 'code'],
    ['kotlin', 'val a = """\n  x ║\n"""', 'string'],
    ['kotlin', '// note ║\nf()\n', 'comment'],
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
    ['kotlin', 'fun f() {\n  ║\n}\n', 'block'],
    ['kotlin', 'items.forEach { item ->\n  ║\n}\n', 'block'],
    ['kotlin', 'fun f() {\n  ║\n  g()\n}\n', 'line'],
    ['tsx', 'plain {║', 'block'],
    ['ruby', 'def f(a)\n  ║\nend\n', 'block'],
    ['ruby', 'class A\n  ║\nend\n', 'block'],
    ['ruby', 'private def f\n  ║\n\ndef g\nend\n', 'block'],
    ['ruby', 'a.each do |b|\n  ║\nend\n', 'block'],
    ['ruby', "it 'pops' do\n║\nend\n", 'block'],
    ['ruby', 'a.each do |b|║\nend\n', 'block'],
    ['ruby', 'if a\n  b\nelse\n  ║\nend\n', 'block'],
    ['ruby', 'case a\nwhen B\n  ║\nwhen C\n  d\nend\n', 'block'],
    ['ruby', 'a = if b\n  ║\nend\n', 'block'],
    ['ruby', 'def f\n  ║\n  g\nend\n', 'line'],
    ['ruby', 'def ║\nend\n', 'line'],
    ['ruby', 'if a║\nend\n', 'line'],
    ['ruby', 'def f = 1\n║\n', 'line'],
    ['ruby', 'when B then c\n║\nend\n', 'line'],
    ['ruby', 'class A < B; end\n║\n', 'line'],
    ['ruby', '# what they do\n║\n', 'line'],
    ['ruby', 'return if a\n║\nend\n', 'line'],
    ['ruby', "f(\n  class: 'a',\n  ║\n)\n", 'line'],
    ['ruby', 'def a=(b)\n  ║\nend\n', 'block'],
    ['ruby', 'def f(a = 1)\n  ║\nend\n', 'block'],
    ['elixir', 'def f(a) do\n  ║\nend\n', 'block'],
    ['elixir', 'def f(a), do: a\n║\n', 'line'],
    ['lua', 'local function f(a)\n  ║\nend\n', 'block'],
    ['lua', 'for i = 1, 3 do║\nend\n', 'block'],
    ['lua', 'f(a)\n║\n', 'line'],
    ['shellscript', 'if [ -n "$a" ]; then\n  ║\nfi\n', 'block'],
    ['shellscript', 'for a in b c; do\n  ║\ndone\n', 'block'],
    ['shellscript', 'echo "what they do"\n║\n', 'line'],
    ['php', '<ul>\n<?php foreach ($a as $b): ?>\n  ║\n<?php endforeach; ?>\n</ul>\n', 'block'],
    ['php', '<?php\n$a = f($b) ? c() :\n  ║\n', 'line'],
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
    ['is at the bracket of a lambda', 'kotlin', 'f(a) {║', '\n  g { "$' + '{it}" }\n⟧}\nh()\n', true],
    ['ignores attributes in PHP', 'php', '<?php\nclass A {║', '\n  #[B]\n  public $c;\n⟧}\nf();\n', true],
    ['ignores word lists in Ruby', 'ruby', 'f a: {║', '\n  b: %w[c d],\n  e: %i[g]\n⟧}\nh\n', true],
    ['is at its own word in Ruby', 'ruby', "it 'pops' do║", '\n  a.each do |b|\n    c\n  end\n⟧end\nd\n', true],
    [
      'is at the word that is still missing in Ruby',
      'ruby',
      '  def f(a)\n    ║',
      'if a\n      b\n    end\n⟧  end\n\n  def g\n',
      true,
    ],
    ['is before the next branch in Ruby', 'ruby', '  if a\n    ║', 'b\n    c⟧\n  else\n    d\n  end\n', false],
    ['is before the word of a block around it in Ruby', 'ruby', '  f {║', ' g⟧\n  end\n', false],
    ['is before the word of a block around it in Ruby', 'ruby', 'def f\n  a.each do |b|\n    ║', 'c⟧\nend\n', false],
    [
      'is at its own word in a shell',
      'shellscript',
      'for a in b; do║',
      '\n  if c; then\n    d\n  fi\n⟧done\ne\n',
      true,
    ],
    ['follows indentation in Python', 'python', 'def f():║', '\n    return [\n  1,\n    ]⟧\nx = 1\n', false],
  ])('%s', async (_name, languageId, before, marked, closing) => {
    const [kept = '', rest = ''] = marked.split('⟧');
    const open = before.replace('║', '');
    const end = blockEnd(kept + rest, open, await syntaxFor(languageId), blockWordsOf(languageId));
    const expected = closing ? kept.length + rest.indexOf('\n') : kept.length;
    expect((kept + rest).slice(0, end)).toBe((kept + rest).slice(0, expected));
  });

  test('is missing while the block is open', async () => {
    expect(blockEnd('\n  g();\n', 'function f() {', await syntaxFor('typescript'))).toBe(-1);
  });
});

test('a text is parsed once for all that is asked about it in one turn, and is not kept', async () => {
  const syntax = (await syntaxFor('typescript'))!;
  const parse = vi.spyOn(Parser.prototype, 'parse');
  try {
    for (const _ of [1, 2, 3])
      for (const text of ['f(a);', 'f(b);', 'f(c);']) expect(syntax.hasError(text)).toBe(false);
    expect(syntax.names('f(a);')!.uses('a')).toHaveLength(1);
    expect(parse).toHaveBeenCalledTimes(3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(syntax.hasError('f(a);')).toBe(false);
    expect(parse).toHaveBeenCalledTimes(4);
  } finally {
    parse.mockRestore();
  }
});

test('a text that takes too long is given up once in a turn', async () => {
  const syntax = (await syntaxFor('typescript'))!;
  const parse = vi.spyOn(Parser.prototype, 'parse');
  try {
    const text = `f(${')a'.repeat(1_000_000)}`;
    for (const _ of [1, 2, 3]) expect(syntax.names(text)).toBeNull();
    expect(parse).toHaveBeenCalledTimes(1);
  } finally {
    parse.mockRestore();
  }
});
