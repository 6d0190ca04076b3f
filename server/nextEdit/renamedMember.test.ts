import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { applied, type LineChange } from '../edits/change.ts';
import { syntaxFor } from '../languages/syntax.ts';
import { renamedMember } from './renamedMember.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** `»w«` is renamed to `to`, and what follows is followed to its end. */
async function followed(languageId: string, marked: string, to = 'width'): Promise<string> {
  const syntax = await syntaxFor(languageId);
  const [before = '', old = '', behind = ''] = marked.split(/[»«]/);
  const was = `${before}${old}${behind}`.split('\n');
  const line = before.split('\n').length - 1;
  let lines: readonly string[] = `${before}${to}${behind}`.split('\n');
  const made = { path: 'f', line, before: [was[line]!], after: [lines[line]!] };
  const next = (): LineChange | null =>
    renamedMember(
      lines,
      { change: { ...made, after: [lines[line]!] }, made, was: () => ({ lines: was, line }) },
      syntax,
    );
  let steps = 0;
  for (let change = next(); change !== null; change = next()) {
    lines = applied(lines, change);
    if (++steps > 9) throw new Error('it goes on and on');
  }
  return lines.join('\n');
}

describe('uses of a renamed member follow where it is sure whose they are', () => {
  /** `»w«` is renamed at its declaration, `›w` follows, and `w` does not. */
  test.each([
    [
      'by the object itself, in TypeScript',
      'typescript',
      'class A {\n  private »w« = 1;\n  f(o: B, w = 2) {\n    o.w = [1].map(() => this.›w);\n    function g() {\n      return this.w;\n    }\n    return { w: this.›w, g: { f() { return this.w; } } };\n  }\n}\nclass B {\n  w = 1;\n  f() {\n    return this.w;\n  }\n}',
    ],
    ['as a private name', 'typescript', 'class A {\n  #»w« = 1;\n  is(o: A) {\n    return o.#›w === this.#›w;\n  }\n}'],
    [
      'but not those of the class, of which there is one too',
      'typescript',
      'class A {\n  static »w« = 1;\n  w = 2;\n  f() {\n    return this.w;\n  }\n  static g() {\n    return this.›w;\n  }\n}',
    ],
    [
      'where a parameter declares it',
      'typescript',
      'class A {\n  constructor(private »w«: number) {}\n  f() {\n    return this.›w;\n  }\n}',
    ],
    [
      'by what is declared with its type',
      'typescript',
      'interface A {\n  »w«: number;\n}\ninterface B {\n  w: number;\n}\nfunction f(a: A, b: B, c) {\n  const d: A = { ›w: 1 };\n  const e: B = { w: 1 };\n  const { ›w: g } = a;\n  return a.›w + b.w + c.w + d.›w + h(({ ›w: i }: A) => i, (a) => a.w, { w: 2 });\n}',
    ],
    [
      'in Python, by what is of its class, in arguments that give it, and in a class that inherits it',
      'python',
      'class A(B):\n    »w«: int = 1\n    def f(self, a: "A", b: B):\n        a.›w = b.w\nclass C(A):\n    def g(self):\n        c = A(›w=self.›w)\n        return f(w=c.›w)\nclass D:\n    w: int = 2\n    def f(self):\n        return self.w, D(w=1), A.›w, w',
    ],
    [
      'a method of Python, with those that override it',
      'python',
      'class A:\n    def »w«(self):\n        pass\nclass B(A):\n    def ›w(self):\n        return super().w()\nclass D:\n    def w(self):\n        return self.w()\ndef f(b: Optional[B]):\n    return b.›w()',
    ],
    ['of a type', 'typescript', 'type A = {\n  »w«: number;\n};\nconst f = (a: A) => a.›w;\nconst b = { w: 1 } as B;'],
    [
      'by self, in Python',
      'python',
      'class A:\n    def __init__(self, w):\n        self.»w« = w\n\n    def f(self, o):\n        o.w = [self.›w for _ in o]\n        def g(self):\n            return self.w\n        return lambda: self.›w\n\n    @staticmethod\n    def h(self):\n        return self.w\n\n\nclass B:\n    def f(self):\n        return self.w',
    ],
    [
      'of a class, in Python',
      'python',
      'class A:\n    »w«: int = 0\n\n    def f(self):\n        return self.›w + self.o.w',
    ],
    [
      'by receivers, parameters and literals, in Go',
      'go',
      'package p\n\ntype A struct {\n\t»w« int\n}\n\ntype B struct {\n\tw int\n}\n\nfunc (m *A) f(b B, a A) int {\n\tb.w = m.›w\n\tc := &A{›w: a.›w}\n\tm := b\n\treturn m.w + c.›w + B{w: 1}.w\n}',
    ],
    [
      'but not a method of that name, in Rust',
      'rust',
      'struct A {\n    »w«: u8,\n}\nimpl A {\n    fn w(&self) -> u8 {\n        self.›w\n    }\n    fn f(&self) -> u8 {\n        print!("{}", self.w());\n        self.w() + self.›w\n    }\n}',
    ],
    [
      'of a method, but not of a field or of another type',
      'rust',
      'struct A {\n    w: u8,\n}\nimpl A {\n    fn »w«<T>(&self) -> u8 {\n        self.w\n    }\n}\nimpl A {\n    fn f(&self, b: &B) -> u8 {\n        print!("{}", self.›w());\n        Self::›w(self) + A::›w(self) + B::w(b) + b.w() + self.›w::<u8>()\n    }\n}\nimpl B {\n    fn w(&self) -> u8 {\n        self.w()\n    }\n}',
    ],
    [
      'in the implementations of a trait',
      'rust',
      'trait T {\n    fn »w«(&self);\n    fn f(&self) {\n        self.›w()\n    }\n}\nimpl T for A {\n    fn ›w(&self) {}\n}\nimpl A {\n    fn w(&self) {}\n}',
    ],
    [
      'by self and in literals, in Rust',
      'rust',
      'struct A {\n    »w«: u8,\n}\nstruct B {\n    w: u8,\n}\nimpl A {\n    fn f(&self, b: B, a: &A) -> A {\n        println!("{} {}", self.›w, b.w);\n        let c = b.w + a.›w;\n        Self { ›w: self.›w + c }\n    }\n}\nimpl B {\n    fn f(&self) -> B {\n        B { w: self.w }\n    }\n}',
    ],
    [
      'by this, in Java',
      'java',
      'class A {\n  private int »w«;\n  A(int w, B b) {\n    this.›w = w + b.w;\n  }\n  B f() {\n    return new B() {\n      int g() { return this.w; }\n    };\n  }\n}',
    ],
    [
      'without their object, in Java',
      'java',
      'class A {\n  private int »w«;\n  static int w() { return 1; }\n  int f(B b) {\n    ›w++;\n    if (›w > b.w) { int w = 2; g(w); }\n    return run(() -> ›w + w());\n  }\n  int h() {\n    int width = 3;\n    return w + width;\n  }\n  class C {\n    int g() { return ›w; }\n  }\n  class D extends B {\n    int g() { return w; }\n  }\n  class E {\n    int w;\n    int g() { return w; }\n  }\n}\nclass F {\n  int g() { return w; }\n}',
    ],
  ])('%s', async (_, languageId, marked) => {
    expect(await followed(languageId, marked.replaceAll('›', ''))).toBe(marked.replaceAll(/»w«|›w/g, 'width'));
  });

  test('in a literal that has one word for it and a variable', async () => {
    const text =
      'interface A {\n  »w«: number;\n}\nfunction f(w: number, { w: o }: A): A {\n  const a: A = { w };\n  return a;\n}';
    expect(await followed('typescript', text)).toBe(
      'interface A {\n  width: number;\n}\nfunction f(w: number, { width: o }: A): A {\n  const a: A = { width: w };\n  return a;\n}',
    );
  });
});

test.each([
  [
    'the type has the new name',
    'class A {\n  »w« = 1;\n  width = 2;\n  f() {\n    return this.w;\n  }\n}',
    'typescript',
  ],
  [
    'its object uses the new name',
    'class A extends B {\n  »w« = 1;\n  f() {\n    return this.w + this.width;\n  }\n}',
    'typescript',
  ],
  [
    'it is not declared there',
    'class A extends B {\n  w = 1;\n  f() {\n    return this.»w« + this.w;\n  }\n}',
    'typescript',
  ],
  [
    'it was assigned before',
    'class A:\n    def f(self):\n        self.w = 1\n        self.»w« = 2\n        return self.w',
    'python',
  ],
  [
    'the type is declared twice',
    'interface A {\n  »w«: number;\n}\nfunction f() {\n  type A = B;\n  return (a: A) => a.w;\n}',
    'typescript',
  ],
])('nothing follows where %s', async (_, marked, languageId) => {
  expect(await followed(languageId, marked)).toBe(marked.replace('»w«', 'width'));
});
