import { describe, expect, test } from 'vitest';
import { applied, type LineChange } from '../edits/change.ts';
import { renamedMethod } from './renamedMethod.ts';

/** `»old«` is renamed to `fresh`, and what follows is followed to its end; null if nothing does. */
function followed(path: string, marked: string): string | null {
  const [before = '', old = '', behind = ''] = marked.split(/[»«]/);
  const was = `${before}${old}${behind}`.split('\n');
  const line = before.split('\n').length - 1;
  let lines: readonly string[] = `${before}fresh${behind}`.split('\n');
  const made = { path, line, before: [was[line]!], after: [lines[line]!] };
  const next = (): LineChange | null =>
    renamedMethod(lines, {
      change: { ...made, after: [lines[line]!] },
      made,
      was: () => ({ lines: was, line }),
    });
  let steps = 0;
  for (let change = next(); change !== null; change = next()) {
    lines = applied(lines, change);
    if (++steps > 9) throw new Error('it goes on and on');
  }
  return steps === 0 ? null : lines.join('\n');
}

describe('uses of a renamed method by its own object follow', () => {
  test.each([
    [
      'by the receivers of its type, in Go',
      'mux.go',
      'func (mx *Mux) serve() {\n\tmx.next(1)\n\tmx.tree.next(2)\n}\n\nfunc (m Mux) »next«(i int) {\n\tm.next(i)\n\tm := other()\n\tm.next(i)\n}\n\nfunc (mx *Tree) next(i int) {\n\tmx.next(i)\n}\n',
      'func (mx *Mux) serve() {\n\tmx.fresh(1)\n\tmx.tree.next(2)\n}\n\nfunc (m Mux) fresh(i int) {\n\tm.fresh(i)\n\tm := other()\n\tm.next(i)\n}\n\nfunc (mx *Tree) next(i int) {\n\tmx.next(i)\n}\n',
    ],
    [
      'in its class, in TypeScript',
      'a.ts',
      "export class A {\n  async »load«(kind: string): Promise<void> {\n    await this.load(kind);\n    other.load(kind);\n    this.b.load('this.load');\n  }\n\n  run = () => this?.load;\n}\nclass B {\n  f() {\n    this.load();\n  }\n}\n",
      "export class A {\n  async fresh(kind: string): Promise<void> {\n    await this.fresh(kind);\n    other.load(kind);\n    this.b.load('this.load');\n  }\n\n  run = () => this?.fresh;\n}\nclass B {\n  f() {\n    this.load();\n  }\n}\n",
    ],
    [
      'in Python',
      'a.py',
      'class A(\n    B,\n):\n    def f(self):\n        self.load()\n\n    def »load«(self):\n        class C:\n            def g(self):\n                self.load()\n        return self.load\n',
      'class A(\n    B,\n):\n    def f(self):\n        self.fresh()\n\n    def fresh(self):\n        class C:\n            def g(self):\n                self.load()\n        return self.fresh\n',
    ],
    [
      'in Rust',
      'a.rs',
      'impl<T> A<T> {\n    pub fn »load«(&self) -> u8 {\n        self.inner.load()\n    }\n    fn f(&self) -> u8 {\n        self.load()\n    }\n}\n',
      'impl<T> A<T> {\n    pub fn fresh(&self) -> u8 {\n        self.inner.load()\n    }\n    fn f(&self) -> u8 {\n        self.fresh()\n    }\n}\n',
    ],
    [
      'but not a field of that name, in Rust',
      'a.rs',
      'impl A {\n    pub fn »load«(&self) -> u8 {\n        self.load\n    }\n    fn f(&self) -> u8 {\n        self.load()\n    }\n}\n',
      'impl A {\n    pub fn fresh(&self) -> u8 {\n        self.load\n    }\n    fn f(&self) -> u8 {\n        self.fresh()\n    }\n}\n',
    ],
    [
      'also without the object, in Java',
      'A.java',
      'public class A {\n  private String »load«(String kind) throws IOException {\n    return kind;\n  }\n\n  void f() {\n    x = load("a") + this.load("b") + b.load("c");\n  }\n}\n',
      'public class A {\n  private String fresh(String kind) throws IOException {\n    return kind;\n  }\n\n  void f() {\n    x = fresh("a") + this.fresh("b") + b.load("c");\n  }\n}\n',
    ],
    [
      'but not a field of that name, in Java',
      'A.java',
      'class A {\n  String »load«() {\n    return load;\n  }\n\n  void f(String load) {\n    this.load = load;\n    this.load();\n  }\n}\n',
      'class A {\n  String fresh() {\n    return load;\n  }\n\n  void f(String load) {\n    this.load = load;\n    this.fresh();\n  }\n}\n',
    ],
    [
      'and in Kotlin',
      'a.kt',
      'internal class A : B() {\n  fun »load«(kind: String) = kind\n\n  fun f() {\n    load("a")\n  }\n}\n',
      'internal class A : B() {\n  fun fresh(kind: String) = kind\n\n  fun f() {\n    fresh("a")\n  }\n}\n',
    ],
  ])('%s', (_, path, marked, expected) => {
    expect(followed(path, marked)).toBe(expected);
  });

  test.each([
    ['where the new name is taken', 'a.ts', 'class A {\n  »load«() {\n    this.load();\n  }\n  fresh = 1;\n}\n'],
    [
      'where it is overloaded',
      'A.java',
      'class A {\n  void »load«(int a) {\n  }\n  void load(String a) {\n    load(1);\n  }\n}\n',
    ],
    ['for a function', 'a.py', 'def »load«():\n    self.load()\n'],
    ['for a call with a function in it', 'a.ts', 'class A {\n  »load«(() => {\n    this.load();\n  });\n}\n'],
    ['for a call', 'a.ts', 'class A {\n  f() {\n    »load«(1);\n    this.load();\n  }\n}\n'],
    ['for a field of Go', 'a.go', 'func (m *Mux) f() {\n\tm.»load«(1)\n\tm.load(2)\n}\n'],
  ])('but not %s', (_, path, marked) => {
    expect(followed(path, marked)).toBeNull();
  });
});
