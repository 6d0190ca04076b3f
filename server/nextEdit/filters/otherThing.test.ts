import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { applied, changeBetween } from '../../edits/change.ts';
import { syntaxFor } from '../../languages/syntax.ts';
import { otherThing } from './otherThing.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Renames `w` at `»` in a text, or at `made` in another file: why it is not repeated at `«`. */
async function reason(languageId: string, text: string, made?: string): Promise<string | null> {
  const renamed = (marked: string, mark: string): string => marked.replace(`${mark}w`, 'width');
  const plain = (marked: string): string[] => marked.replaceAll(/[»«]/g, '').split('\n');
  const here = made === undefined;
  const path = languageId === 'python' ? 'f.py' : 'f';
  const first = changeBetween(here ? path : 'g', 0, plain(made ?? text), plain(renamed(made ?? text, '»')))!;
  const now = here ? renamed(text, '»') : text;
  const lines = plain(now);
  const again = changeBetween(path, 0, lines, plain(renamed(now, '«')))!;
  return otherThing(again, {
    situation: { path, lines, region: { from: 0, to: lines.length }, recent: [first], related: [] },
    answer: applied(lines, again),
    syntax: await syntaxFor(languageId),
    sureness: 1,
    leastSureness: 0,
  });
}

test.each([
  ['a field', 'a parameter', 'typescript', 'interface A {\n  »w: number;\n}\nf((w) =>\n  g(«w));'],
  ['a field', 'the declaration of a parameter', 'typescript', 'interface A {\n  »w: number;\n}\nf((\n  «w) => g(w));'],
  ['a key', 'a variable that is its key too', 'typescript', 'const w = 1;\nf({ »w: 2 });\ng({ «w });'],
  ['a key', 'what was imported', 'typescript', "import { w } from 'w';\nf({ »w: 2 });\ng(«w);"],
  ['a key', 'a name of every file', 'typescript', 'f({ »w: 2 });\ng(«w);'],
  ['a field', 'a local variable', 'go', 'package p\ntype A struct {\n\t»w int\n}\nfunc f() {\n\tw := 1\n\tg(«w)\n}'],
  ['a field', 'a package', 'go', 'package p\nimport "w"\ntype A struct {\n\t»w int\n}\nfunc f() {\n\t«w.g()\n}'],
  ['an attribute', 'a parameter', 'python', 'class A:\n    »w = 1\ndef f(w):\n    return «w'],
  ['an argument’s name', 'a variable', 'python', 'w = 1\nf(»w=2)\ng(«w)'],
  ['a field', 'a parameter', 'java', 'class A {\n  int »w;\n  void f(int w) {\n    g(«w);\n  }\n}'],
  ['a field', 'a parameter in its line', 'java', 'class A {\n  int w;\n  void f(int w) {\n    this.»w = «w;\n  }\n}'],
  ['a field', 'a method', 'java', 'class A {\n  int »w;\n  int «w() {\n    return w;\n  }\n}'],
  ['a field', 'a word of a package', 'java', 'import a.«w.B;\nclass A {\n  B »w;\n}'],
  ['an attribute', 'a word of a module', 'python', 'from ..a.«w import B\nclass A:\n    »w: B'],
  ['an attribute', 'a module', 'python', 'import a.«w\nclass A:\n    »w: int'],
  ['a field', 'a method in its line', 'java', 'class A {\n  int w;\n  int w() { return this.»w + «w(); }\n}'],
  ['a method', 'a field', 'java', 'class A {\n  int »w () {\n    return «w;\n  }\n}'],
  [
    'a class’s field',
    'a literal’s key',
    'typescript',
    'class A {\n  »w?: number;\n  f() {\n    g({ «w: this.w });\n  }\n}',
  ],
  [
    'a class’s field',
    'a literal’s key',
    'javascript',
    'class A {\n  »w = 1;\n  f() {\n    g({\n      «w: this.w,\n    });\n  }\n}',
  ],
  ['a field', 'a method', 'rust', 'struct A {\n    »w: u8,\n}\nfn f(a: B) {\n    a.«w()\n}'],
  ['a method', 'a field', 'rust', 'impl A {\n    fn »w<T>(&self) {\n        a.«w\n    }\n}'],
  ['a method', 'a module', 'rust', 'use std::«w::B;\nimpl B for A {\n    fn »w(&self) {}\n}'],
  ['a field', 'a variable', 'rust', 'struct A {\n    »w: u8,\n}\nfn f(w: u8) {\n    g(«w)\n}'],
])('the rename of %s is not repeated for %s: %s', async (_, __, languageId, text) => {
  expect(await reason(languageId, text)).toMatch(/something else/);
});

test.each([
  ['a key', 'a key', 'typescript', 'f({ »w: 2 });\ng({ «w: 1 });'],
  ['an interface’s field', 'a key', 'typescript', 'interface A {\n  »w: number;\n}\ng({ «w: 1 });'],
  ['a class’s field', 'its use', 'typescript', 'class A {\n  »w = 1;\n  f() {\n    g({ w: this.«w });\n  }\n}'],
  ['a variable’s use', 'another use', 'typescript', 'const w = 1;\nf(»w);\ng(«w);'],
  ['a field', 'a key', 'go', 'package p\ntype A struct {\n\t»w int\n}\nvar a = A{\n\t«w: 1,\n}'],
  ['an attribute', 'one of another class', 'python', 'class A:\n    »w = 1\nclass B:\n    «w = 1'],
  ['a field', 'its use', 'java', 'class A {\n  int »w;\n  void f() {\n    g(«w);\n  }\n}'],
  ['a variable’s use', 'a use of another one', 'java', 'class A {\n  void f(int w) {\n    g(»w);\n    g(«w);\n  }\n}'],
  ['a method', 'its call', 'rust', 'impl A {\n    fn »w<T>(&self) {\n        a.«w::<T>()\n    }\n}'],
  ['a method', 'its path', 'rust', 'impl A {\n    fn »w(&self) {\n        a.map(A::«w)\n    }\n}'],
  ['a segment of a path', 'the same', 'rust', 'use a::»w::B;\nuse a::«w::C;'],
  ['a method', 'its reference', 'java', 'class A {\n  int »w() {\n    return g(A::«w);\n  }\n}'],
  ['a method', 'its call', 'java', 'class A {\n  int »w() {\n    return «w ();\n  }\n}'],
  ['an undeclared name', 'the same', 'python', 'f(»w)\ng(«w)'],
  ['a word of a comment', 'another one', 'python', '# »w one\nf()\n# «w two'],
])('the rename of %s is repeated for %s: %s', async (_, __, languageId, text) => {
  expect(await reason(languageId, text)).toBeNull();
});

test.each([
  ['a key', 'a local variable', 'f({ »w: 2 });', 'const w = 1;\ng(«w);', /something else/],
  ['a key', 'a key', 'f({ »w: 2 });', 'g({ «w: 1 });', null],
  ['what may be a variable', 'a local variable', 'f(»w, 2);', 'const w = 1;\ng(«w);', null],
  ['an optional field', 'a local variable', '  »w?: number;', 'const w = 1;\ng(«w);', /something else/],
  ['a private field', 'a local variable', '  private »w: number;', 'const w = 1;\ng(«w);', /something else/],
  ['a method', 'a local variable', '  »w(of: B): number {', 'const w = 1;\ng(«w);', /something else/],
  ['a method', 'a word of a comment', '  »w(of: B): number {', '// a «w of all\ng(1);', /something else/],
  ['what may be a variable', 'a word of a comment', 'f(»w, 2);', '// a «w of all\ng(1);', /something else/],
  ['what may be a word of a comment', 'the same', 'f(2); // of »w', '// a «w of all\ng(1);', null],
])('of another file, the rename of %s is repeated for %s: %s, %s', async (_, __, made, text, expected) => {
  const why = await reason('typescript', text, made);
  if (expected === null) expect(why).toBeNull();
  else expect(why).toMatch(expected);
});

test.each([
  ['a parameter', 'a tag', 'function f(»w: number) {', 'const a = <«w b={1} />;', /something else/],
  ['a key', 'a closing tag', '  »w: 1,', 'const a = <w>1</«w>;', /something else/],
  ['a tag', 'a tag', 'const a = <»w b={1} />;', 'const a = <«w b={2} />;', null],
])('in JSX of another file, the rename of %s is repeated for %s: %s, %s', async (_, __, made, text, expected) => {
  const why = await reason('typescriptreact', text, made);
  if (expected === null) expect(why).toBeNull();
  else expect(why).toMatch(expected);
});

test.each([
  ['origin', 'a word of prose', /something else/],
  ['Origin', 'one with a capital', /something else/],
  ['isOrigin', 'a name that nobody writes in prose', null],
])('in a comment, the rename of a field is repeated for %s: %s', async (name, _, expected) => {
  const [made, now] = [`  ${name}: string;`, '  source: string;'];
  const comment = `// of the ${name} it has`;
  const [first, again] = [
    changeBetween('f', 1, [made], [now])!,
    changeBetween('f', 3, [comment], [comment.replace(name, 'source')])!,
  ];
  const lines = ['interface A {', now, '}', comment];
  const why = otherThing(again, {
    situation: { path: 'f', lines, region: { from: 0, to: 4 }, recent: [first], related: [] },
    answer: applied(lines, again),
    syntax: await syntaxFor('typescript'),
    sureness: 1,
    leastSureness: 0,
  });
  if (expected === null) expect(why).toBeNull();
  else expect(why).toMatch(expected);
});
