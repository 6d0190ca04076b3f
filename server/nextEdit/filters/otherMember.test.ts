import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { threadMs } from '../../common/testing.ts';
import { applied, changeBetween, type LineChange } from '../../edits/change.ts';
import { syntaxFor } from '../../languages/syntax.ts';
import { otherMember } from './otherMember.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Replaces `w` at each `»` of a text, and at `made` in another file: why it is not repeated at `«`. */
async function reason(languageId: string, text: string, made?: string, to = 'width'): Promise<string | null> {
  const plain = (marked: string): string => marked.replaceAll(/[»«]/g, '');
  const recent: LineChange[] = [];
  if (made !== undefined)
    recent.push(changeBetween('g', 0, plain(made).split('\n'), plain(made.replace('»w', to)).split('\n'))!);
  let now = text;
  while (now.includes('»')) {
    const next = now.replace('»w', to);
    recent.push(changeBetween('f', 0, plain(now).split('\n'), plain(next).split('\n'))!);
    now = next;
  }
  const lines = plain(now).split('\n');
  const again = changeBetween('f', 0, lines, plain(now.replace('«w', to)).split('\n'))!;
  return otherMember(again, {
    situation: { path: 'f', lines, region: { from: 0, to: lines.length }, recent, related: [] },
    answer: applied(lines, again),
    syntax: await syntaxFor(languageId),
    sureness: 1,
    leastSureness: 0,
  });
}

const A_WITH_CONSTRUCTOR =
  'class A:\n    »w = 0\n    def __init__(self, w):\n        self.h = w\nclass B:\n    a = A(«w=1)';

test.each([
  [
    'a field',
    'a field of another type',
    'typescript',
    'interface A {\n  »w: number;\n}\ninterface B {\n  «w: number;\n}',
  ],
  ['a field', 'a value of an enumeration', 'typescript', 'class A {\n  »w = 1;\n}\nenum B {\n  «w,\n}'],
  [
    'a field',
    'a literal with other keys',
    'typescript',
    'type A = {\n  »w: number;\n  h: number;\n};\nf({ «w: 1, d: 2 });',
  ],
  ['a field', 'a literal of one key', 'typescript', 'interface A {\n  »w: number;\n}\nf({ «w: 1 });'],
  ['a field', 'a field of another type', 'java', 'class A {\n  int »w;\n}\nclass B {\n  int «w;\n}'],
  [
    'a field',
    'a use of another type’s field',
    'java',
    'class A {\n  int »w;\n}\nclass B {\n  int w;\n  int f() {\n    return «w + 1;\n  }\n}',
  ],
  [
    'a field',
    'a use of another type’s field',
    'typescript',
    'class A {\n  »w = 1;\n}\nclass B {\n  w = 2;\n  f() {\n    return this.«w;\n  }\n}',
  ],
  ['a field', 'what the language has', 'typescript', 'class A {\n  »w = 1;\n}\nObject.«w(a);'],
  ['a field', 'what a package has', 'typescript', "import { z } from 'zod';\nclass A {\n  »w = 1;\n}\nz.«w();"],
  ['a key', 'one in an argument of another function', 'typescript', 'f({ »w: 1 });\ng({ «w: 1 });'],
  ['a key', 'one in another argument', 'typescript', 'f({ »w: 1 });\nf(1, { «w: 1 });'],
  ['a key', 'one of an unknown literal', 'typescript', 'const a = { »w: 1, h: 2 };\nconst b = { «w: 1, h: 2 };'],
  ['a key', 'one compared in a test', 'typescript', 'expect(a).toEqual({ »w: 1 });\nexpect(a).toEqual({ «w: 1 });'],
  [
    'a key',
    'a field of a type with other members',
    'typescript',
    'f({ »w: 1, h: 2 });\ninterface A {\n  «w: number;\n}',
  ],
  ['a field', 'a field of another type', 'go', 'package p\ntype A struct {\n\t»w int\n}\ntype B struct {\n\t«w int\n}'],
  ['a key', 'a literal of another type', 'go', 'package p\nvar a = A{\n\t»w: 1,\n}\nvar b = B{\n\t«w: 1,\n}'],
  ['a field', 'a literal of another type', 'go', 'package p\ntype A struct {\n\t»w int\n}\nvar b = B{\n\t«w: 1,\n}'],
  [
    'a field',
    'a literal of another type',
    'rust',
    'struct A {\n    »w: u8,\n}\nfn f() {\n    B {\n        «w: 1,\n    }\n}',
  ],
  ['a method', 'one of another type', 'rust', 'impl A {\n    fn »w() {}\n}\nimpl B {\n    fn «w() {}\n}'],
  [
    'a method',
    'one of the same trait of elsewhere',
    'rust',
    'impl T<A> for C {\n    fn »w() {}\n}\nimpl T<B> for C {\n    fn «w() {}\n}',
  ],
  [
    'a method',
    'a use of another type’s',
    'rust',
    'impl A {\n    fn »w() {}\n}\nimpl B {\n    fn w() {}\n    fn f() {\n        Self::«w()\n    }\n}',
  ],
  [
    'a method',
    'one of another class',
    'java',
    'class A {\n  int »w() { return 1; }\n}\nclass B {\n  int «w() { return 1; }\n}',
  ],
  [
    'a method',
    'one of a class in it',
    'java',
    'class A {\n  int »w() { return 1; }\n  static class B {\n    int «w() { return 1; }\n  }\n}',
  ],
  [
    'a method',
    'one of another object',
    'java',
    'class A {\n  B b = new B() {\n    int »w() { return 1; }\n  };\n  B c = new B() {\n    int «w() { return 1; }\n  };\n}',
  ],
  ['an attribute', 'one of another class', 'python', 'class A:\n    »w = 1\nclass B:\n    «w = 1'],
  ['a method', 'one of another class', 'python', 'class A:\n    def »w(self): ...\nclass B:\n    def «w(self): ...'],
  [
    'a method',
    'a use of another class’s',
    'python',
    'class A:\n    def »w(self): ...\nclass B(C):\n    def w(self): ...\n    def f(self):\n        self.«w()',
  ],
  ['an attribute', 'an argument of a function', 'python', 'class A:\n    »w: int\nf(«w=1)'],
  ['an attribute', 'an argument of its constructor', 'python', A_WITH_CONSTRUCTOR],
  ['an attribute', 'what a module has', 'python', 'import a.b\nclass A:\n    »w: int\na.b.«w()'],
  [
    'an attribute',
    'one of an imported class',
    'python',
    'from b import B\nclass A:\n    »w: int\ndef f(b: B | None):\n    return b.«w',
  ],
  ['a method', 'one of another type', 'go', 'package p\nfunc (a A) »w() {}\nfunc (b B) «w() {}'],
  ['a method', 'a field', 'go', 'package p\nfunc (a A) »w() {}\ntype B struct {\n\t«w int\n}'],
  ['a field', 'what a package has', 'go', 'package p\nimport "a/b"\ntype A struct {\n\t»w int\n}\nvar c = b.«w(1)'],
  ['a method', 'a type of a package', 'go', 'package p\nfunc (a A) »w() {}\nfunc f(c b.«w) {}'],
  [
    'a field',
    'one of a package’s type',
    'go',
    'package p\ntype A struct {\n\t»w int\n}\nfunc f(c *b.B) int { return c.«w }',
  ],
  [
    'a field',
    'one of another file’s type',
    'go',
    'package p\ntype A struct {\n\t»w int\n}\nfunc f() int {\n\tvar c B\n\treturn c.«w\n}',
  ],
  ['a field', 'a field of another type', 'rust', 'struct A {\n    »w: u8,\n}\nstruct B {\n    «w: u8,\n}'],
])('the rename of %s is not repeated for %s: %s', async (_, __, languageId, text) => {
  expect(await reason(languageId, text)).toMatch(/something else/);
});

test.each([
  [
    'two fields',
    'a third',
    'typescript',
    'type A = {\n  »w: 1;\n};\ntype B = {\n  »w: 1;\n};\ntype C = {\n  «w: 1;\n};',
  ],
  ['two keys', 'a third', 'typescript', 'f({ »w: 1 });\ng({ »w: 1 });\nh({ «w: 1 });'],
  ['a key', 'one in the same argument', 'typescript', 'f(1, { »w: 1 });\nf(2, { «w: 1, h: 2 });'],
  ['a key', 'one in a list of the same', 'typescript', 'f([{ »w: 1 }, { «w: 2 }]);'],
  ['a key', 'one of the same type', 'typescript', 'const a: A = { »w: 1 };\nconst b: A = { «w: 1 };'],
  [
    'a key',
    'one with the same five keys',
    'typescript',
    'f({ »w: 1, h: 1, d: 1, x: 1, y: 1 });\nreturn { «w: 1, h: 1, d: 1, x: 1, y: 1 };',
  ],
  [
    'a field',
    'a literal with its members',
    'typescript',
    'interface A {\n  »w: number;\n  h: number;\n  d?: 1;\n}\nf({ «w: 1, h: 2 });',
  ],
  [
    'a field',
    'a literal of its type',
    'typescript',
    'interface A {\n  »w: number;\n}\nconst b: Partial<A>[] = [{ «w: 1 }];',
  ],
  [
    'a key',
    'a field of a type with these members',
    'typescript',
    'f({ »w: 1, h: 2 });\ninterface A {\n  «w: number;\n  h: number;\n}',
  ],
  ['a field', 'one of another module’s', 'typescript', "import { b } from './b';\nclass A {\n  »w = 1;\n}\nb.«w();"],
  ['a field', 'its use', 'typescript', 'interface A {\n  »w: number;\n}\nf(a.«w);'],
  [
    'a field',
    'its use in a class of it',
    'java',
    'class A {\n  int »w;\n}\nclass B extends A {\n  int f() {\n    return this.«w;\n  }\n}',
  ],
  ['a method', 'one of another class', 'typescript', 'class A {\n  »w() {}\n}\nclass B {\n  «w() {}\n}'],
  [
    'a trait’s method',
    'one that implements it',
    'rust',
    'trait T {\n    fn »w();\n}\nimpl T for A {\n    fn «w() {}\n}',
  ],
  [
    'a method',
    'one that implements the same trait',
    'rust',
    'trait T {\n    fn w();\n}\nimpl T for A {\n    fn »w() {}\n}\nimpl T for B {\n    fn «w() {}\n}',
  ],
  [
    'two methods',
    'a third',
    'rust',
    'impl A {\n    fn »w() {}\n}\nimpl B {\n    fn »w() {}\n}\nimpl C {\n    fn «w() {}\n}',
  ],
  [
    'a method',
    'one of another type, where an interface has it',
    'go',
    'package p\ntype I interface {\n\tw()\n}\nfunc (a A) »w() {}\nfunc (b B) «w() {}',
  ],
  [
    'an interface’s method',
    'one that may implement it',
    'go',
    'package p\ntype I interface {\n\t»w()\n}\nfunc (a A) «w() {}',
  ],
  ['a method', 'the interface’s', 'go', 'package p\ntype I interface {\n\t«w()\n}\nfunc (a A) »w() {}'],
  [
    'a method',
    'one that implements it',
    'java',
    'interface A<T> {\n  int »w();\n}\nclass B extends C implements A<D> {\n  public int «w() { return 1; }\n}',
  ],
  [
    'a method',
    'the base’s base’s',
    'java',
    'class A {\n  int «w() { return 1; }\n}\nclass B extends A {}\nclass C extends B {\n  int »w() { return 1; }\n}',
  ],
  ['a method', 'another of its name', 'java', 'class A {\n  void »w(int a) {}\n  void «w() {}\n}'],
  [
    'two methods',
    'a third',
    'java',
    'class A {\n  void »w() {}\n}\nclass B {\n  void »w() {}\n}\nclass C {\n  void «w() {}\n}',
  ],
  ['a method', 'the base’s', 'python', 'class A:\n    def «w(self): ...\nclass B(A):\n    def »w(self): ...'],
  ['two methods', 'a third', 'python', 'class A:\n    »w = 1\nclass B:\n    »w = 1\nclass C:\n    «w = 1'],
  ['an attribute', 'an argument that gives it', 'python', 'class A:\n    »w: int\nA(«w=1)'],
  ['an attribute', 'one in a copy', 'python', 'class A:\n    »w: int\nreplace(a, «w=1)'],
  [
    'an attribute',
    'one of anything',
    'python',
    'from typing import Any\nclass A:\n    »w: int\ndef f(a: Any):\n    return a.«w',
  ],
  [
    'a field',
    'one of a type that may have it from the other',
    'go',
    'package p\ntype A struct {\n\t»w int\n}\ntype B struct{ A }\nfunc f(c B) int { return c.«w }',
  ],
  ['a method', 'one of a type that may be any', 'go', 'package p\nfunc (a A) »w() {}\nfunc f(c I) { c.«w() }'],
  [
    'a field',
    'its use by its type’s name',
    'go',
    'package p\ntype A struct {\n\t»w int\n}\nfunc f(c *A) int { return c.«w }',
  ],
  ['two methods', 'a third', 'go', 'package p\nfunc (a A) »w() {}\nfunc (b B) »w() {}\nfunc (c C) «w() {}'],
  ['a use', 'a field', 'typescript', 'f(a.»w);\ninterface A {\n  «w: number;\n}'],
  ['a field', 'a literal of its type', 'go', 'package p\ntype A struct {\n\t»w int\n}\nvar b = A{\n\t«w: 1,\n}'],
  [
    'a field',
    'a literal of its type',
    'rust',
    'struct A {\n    »w: u8,\n}\nfn f() {\n    A {\n        «w: 1,\n    }\n}',
  ],
])('the rename of %s is repeated for %s: %s', async (_, __, languageId, text) => {
  expect(await reason(languageId, text)).toBeNull();
});

test.each([
  ['a key', 'a key', '  »w: 1,', 'f({ «w: 1 });', /something else/],
  ['a method', 'a field', '  »w(): number {', 'interface A {\n  «w: number;\n}', /something else/],
  ['a key', 'its use', '  »w: 1,', 'f(a.«w);', null],
  ['what may be a variable', 'a key', 'f(»w);', 'f({ «w: 1 });', null],
])('of another file, the rename of %s is repeated for %s: %s, %s', async (_, __, made, text, expected) => {
  const why = await reason('typescript', text, made);
  if (expected === null) expect(why).toBeNull();
  else expect(why).toMatch(expected);
});

test('of another file, the rename of a method is left to the classes’ heads', async () => {
  expect(await reason('python', 'class A(B):\n    def «w(self):\n        pass', '    def »w(self):')).toBeNull();
});

test('a variable’s own name beside a member’s is not repeated in another place, but of two in a third', async () => {
  const text = 'function f() {\n  const { »w } = g();\n}\nfunction h() {\n  const { «w } = g();\n}';
  expect(await reason('typescript', text, undefined, 'w: width')).toMatch(/another one/);
  const third = `${text.replace('«', '»')}\nconst { «w } = g();`;
  expect(await reason('typescript', third, undefined, 'w: width')).toBeNull();
});

test('the type of a parameter is repeated for another function’s', async () => {
  expect(await reason('typescript', 'const f = (»w) => w;\nconst g = («w) => w;', undefined, 'w: number')).toBeNull();
});

test('an earlier change behind 120,000 digits in a row takes no time', async () => {
  const [was, now] = ['x', 'x = 2, y'].map((name) => `const code = '0x${'0123456789'.repeat(12_000)}', ${name} = 1;`);
  const lines = [now!, 'a.w();', 'a.w();'];
  const recent = [changeBetween('f', 0, [was!], [now!])!];
  const change = changeBetween('f', 0, lines, [now!, 'a.w();', 'a.width();'])!;
  const situation = { path: 'f', lines, region: { from: 0, to: 3 }, recent, related: [] };
  const syntax = await syntaxFor('typescript');
  const input = { situation, answer: lines, syntax, sureness: 1, leastSureness: 0 };
  expect(await threadMs(() => otherMember(change, input))).toBeLessThan(2000);
});
