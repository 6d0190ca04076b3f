import Parser from 'tree-sitter';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { syntaxFor } from '../syntax.ts';

/** On a busy machine, parsing could not finish within a typing pause. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/**
 * Each use of `w` in a text as the number of its variable, in order of declaration; `-`: not declared here, `f`: another file's name for
 * it. Anything but variables (a member, an argument's name, a word in a string) is omitted.
 */
async function numbered(languageId: string, text: string): Promise<string> {
  const names = (await syntaxFor(languageId))!.names(text)!;
  const known: unknown[] = [];
  return names
    .uses(languageId === 'php' ? '$w' : 'w')!
    .map(({ kind, binding }) => {
      if (kind === 'foreign') return 'f';
      if (binding === null) return '-';
      if (!known.includes(binding)) known.push(binding);
      return known.indexOf(binding);
    })
    .join('');
}

test.each<[string, string, string, string]>([
  ['python', 'a parameter and its uses', 'def f(w):\n    w = w + 1\n    return w\nw', '0000-'],
  ['python', 'a parameter’s default belongs to the outer scope', 'w = 1\ndef f(w=w):\n    return w', '0101'],
  ['python', 'no members, argument names or words', 'w = 1\nf(w=w, x=y.w)\n"w"  # w\nf"{w}"', '000'],
  ['python', 'a comprehension has its own scope', 'w = 1\n[w for w in x]\nw', '0110'],
  [
    'python',
    'what a comprehension goes through first belongs to the outer scope',
    'w = 1\n[w for w in w.x() for y in w if w]\n{w: 1 for x in w for w in x}',
    '011011202',
  ],
  [
    'python',
    'what a comprehension assigns belongs to the function around it',
    'w = 1\ndef f(x):\n    if any((w := y) > 3 for y in x):\n        return w, [[w := w + z for z in y] for y in x]\nw',
    '011110',
  ],
  ['python', 'a class is not seen by its methods', 'class C:\n    w = 1\n    def f(self):\n        return w', '0-'],
  ['python', 'a method is a member', 'class C:\n    def w(self, x=w):\n        w()\nw = 1', '000'],
  [
    'rust',
    'names in the format string of a macro',
    'fn f(w: i32) { p!("{w} {w:>3} {{w}} w {{{w}}} {x}"); g("{w}"); let w = 1; p!("{w}"); }',
    '000011',
  ],
  ['rust', 'a lifetime is no name', "fn f<'w>(w: &'w str) -> &'w str { w }", '00'],
  ['java', 'constructors', 'class w { w() {} w(int h) { new w(); } }\nrecord v(w a) {}', '00000'],
  ['csharp', 'constructors', 'class w { public w() : this(1) {} ~w() {} w f() => new w(); }', '00000'],
  [
    'cpp',
    'constructors inside and outside the class, and qualifiers before ::',
    'class w { w(); explicit w(int h) {} ~w(); int f(); };\nw::w() {}\nw::~w() {}\nint w::f() { return w::g(); }\nint v::w() {}',
    '0000000000',
  ],
  ['rust', 'a method is a member', 'impl C { fn w(&self) { w(); } }\nfn w() {}', '00'],
  ['python', 'global and nonlocal', 'w = 1\ndef f():\n    global w\n    w = 2\n', '000'],
  ['python', 'imports', 'from m import w, w as x\nimport a as w', '0f0'],
  [
    'python',
    'lambda, with, except, for, walrus',
    'lambda w: w\nwith a as w:\n    w\nfor w in x: pass\n(w := 1)',
    '001111',
  ],
  [
    'python',
    'values that a pattern compares with, and names that it declares',
    'w = 1\ndef f(x):\n    match x:\n        case w.A | w.B | w(a=1):\n            return w',
    '00000',
  ],
  [
    'python',
    'rest and as-names in patterns',
    'w = 1\ndef f(x):\n    match x:\n        case [a, *w]: w\n        case {**w}: w\n        case str() as w: w',
    '0111111',
  ],
  ['python', 'a field of a pattern', 'w = 1\ndef f(x):\n    match x:\n        case P(w=1, a=w): w', '011'],
  [
    'python',
    'parts of the name of a module',
    'import os.w\nfrom .w import x\nimport a.w as b\nw = 1\nimport w.a',
    '00',
  ],
  [
    'tsx',
    'JSX element names',
    'const w = 1; const a = <w>x</w>; const b = <w/>; const c = <w.x/>; const d = <a:w/>;',
    '00',
  ],
  [
    'typescript',
    'exports, and re-exports of another file',
    "const w = 1; export { w }; export { w, x as y } from 'v'; export * as w from 'u';",
    '00f',
  ],
  [
    'typescript',
    'names in mapped and conditional types',
    'type A<T> = { [w in keyof T]: T[w] }; type B<T> = T extends (infer w)[] ? w : x; type w = 1;',
    '00112',
  ],
  ['go', 'a package variable is visible above it', 'package p\nfunc f() { g(w); w := w; h(w) }\nvar w = 1', '01010'],
  [
    'go',
    'loops and cases with and without a declaration',
    'package p\nfunc f(w int) {\n\tfor w = range x { g(w) }\n\tselect {\n\tcase w = <-c: g(w)\n\tcase w := <-c: g(w)\n\t}\n}',
    '0000011',
  ],
  ['rust', 'if-let bindings end at else', 'fn f(w: A) { if let B(w) = w { w } else if w { w } else { w } }', '0101000'],
  ['rust', 'alternative patterns share a binding', 'fn f() { match x { A(w) | B(w) => w, w => w } }', '00011'],
  ['rust', 'const generic parameters', 'fn f<const w: usize>(x: [u8; w]) {} const w: usize = 1;', '001'],
  [
    'java',
    'patterns',
    'class C { int f(Object o) { if (o instanceof P(int w, var h)) g(w); return switch (o) { case String w -> w; case P w when w.x -> w; }; } }',
    '0011222',
  ],
  ['typescript', 'blocks', 'let w = 1; { const w = 2; w; } w;', '0110'],
  ['typescript', 'var belongs to its function', 'function f() { if (x) { var w = 1; } return w; } w;', '00-'],
  ['typescript', 'patterns', 'const { a: w, w: b, c: [d] } = w; w;', '000'],
  ['typescript', 'shorthand properties', 'const { w } = x; f({ w, k: w, w: 1 });', '000'],
  ['typescript', 'arrows and their parameters', 'const f = (w: number) => w; const g = w => w; w;', '0011-'],
  [
    'typescript',
    'function, class and type',
    'w(); function w() {} type A<w> = w; interface B { w: x; w(w: x): x }',
    '00112',
  ],
  ['typescript', 'imports', "import { w, x as y, w as z } from 'w'; import * as a from 'b';", '0f'],
  ['typescript', 'loops with and without a declaration', 'for (const w of x) w; for (w of x) w;', '00--'],
  ['typescript', 'no labels, strings, comments', 'w: for (;;) { break w; } "w"; /* w */', ''],
  ['tsx', 'elements', 'const w = 1; const a = <b w={w}>w {w}</b>;', '000'],
  ['javascript', 'parameters', 'function f(w, { a = w }, ...r) { return w; }', '000'],
  [
    'go',
    'a declaration is visible only after itself',
    'package p\nfunc f(w int) {\n\tif x { w := w; g(w) }\n\tg(w)\n}',
    '01010',
  ],
  ['go', 'fields', 'package p\nfunc f(w int) T {\n\treturn T{w: w, h: x.w}\n}', '00'],
  ['go', 'loops', 'package p\nfunc f() {\n\tfor i, w := range x { g(w, i) }\n\tg(w)\n}', '00-'],
  ['rust', 'each let is a new binding', 'fn f(w: i32) -> i32 {\n  let w = w + 1;\n  let w = w * 2;\n  w\n}', '010212'],
  ['rust', 'patterns', 'fn f() { if let Some(w) = x { w } match x { w if w > 1 => w, W { w, .. } => w } }', '0011122'],
  ['rust', 'macros and paths', 'fn f(w: i32) { println!("{}", w, a.w); m::w(w); P { w, h: w } }', '00000'],
  [
    'java',
    'parameters, lambdas, members',
    'class C { int w; int f(int w) { g(w -> w); w(w); this.w = w; return w; } int h() { return w; } }',
    '-011000-',
  ],
  [
    'csharp',
    'parameters, lambdas, locals, members',
    'class C { int w; int F(int w, int[] a) { g(w => w + 1, x: w, w: a); new P { w = w }; this.w = w; return w; } int H() { foo(out int w); return w; } int K() { return w; } }',
    '-011000022-',
  ],
  [
    'c',
    'parameters, prototypes, blocks',
    'int f(int w);\nint g(int w) { { int w = 1; h(w); } return s->w + w; }\nint k(void) { return w; }',
    '01221-',
  ],
  [
    'cpp',
    'fields and lambdas',
    'struct S { int w; S(int w) : w(w) {} }; auto l = [w](int x) { return w + x; };',
    '00--',
  ],
  [
    'php',
    'functions see nothing around them but what they capture',
    '<?php function f($w) { $g = function ($x) use ($w) { return $w; }; $h = fn($x) => $w; return $w; } $w = 1; function k() { return $w; }',
    '000001-',
  ],
])('uses in %s: %s', async (languageId, _, text, expected) => {
  expect(await numbered(languageId, text)).toBe(expected);
});

/** Left out of the package's types. */
const { SyntaxNode } = Parser as unknown as { readonly SyntaxNode: { readonly prototype: Parser.SyntaxNode } };

/** How often a query asks the parser for the node around one: each time it walks down from the root. */
async function stepsUp(languageId: string, text: string, name: string): Promise<number> {
  const names = (await syntaxFor(languageId))!.names(text)!;
  const up = vi.spyOn(SyntaxNode.prototype, 'parent', 'get');
  expect(names.uses(name)).toBeNull();
  expect(names.uses(name, { near: text.indexOf(name) })).toBeNull();
  return up.mock.calls.length;
}

test.each([
  ['python', `x = (a${'.b(w)\n'.repeat(2)}${'.b()\n'.repeat(800)})`],
  ['javascript', `x = a${'.b(w)'.repeat(2)}${'.b()'.repeat(800)}`],
  ['go', `package a\nvar x = a${'.b(w)'.repeat(2)}${'.b()'.repeat(800)}`],
])('in what is nested deeper than any code, uses are not known and not searched for: %s', async (language, text) => {
  expect(await stepsUp(language, text, 'w')).toBeLessThan(5);
});

test.each<[string, string, boolean | null]>([
  ['typescript', 'type', true],
  ['typescript', 'in', false],
  ['python', 'match', true],
  ['python', 'lambda', false],
  ['go', 'range', false],
  ['rust', 'range', true],
  ['cpp', 'template', false],
  ['cpp', 'char16_t', false],
  ['c', '_Bool', false],
  ['php', 'match', null],
  ['html', 'class', null],
])('in %s, whether %s may be a name: %s', async (languageId, word, may) => {
  expect((await syntaxFor(languageId))?.mayName(word) ?? null).toBe(may);
});
