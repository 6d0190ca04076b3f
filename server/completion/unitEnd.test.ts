import { describe, expect, test } from 'vitest';
import { syntaxFor } from '../languages/syntax.ts';
import { closersBehind } from '../prompt/windows.ts';
import { cursorAt } from './cursor.ts';
import { lineStops, UnitEnd } from './unitEnd.ts';

function cursorIn(marked: string, languageId: string) {
  const offset = marked.indexOf('║');
  return cursorAt(marked.replace('║', ''), offset, languageId);
}

describe('the engine stops generating', () => {
  test.each([
    ['the end of the block', 'typescript', 'if (a) {║\n}\n', '\n  b();\n}⟧\nc();\n'],
    ['the end of the block', 'python', 'def f():║\n', '\n    return 1⟧\n\ndef g():\n'],
    ['the end of the block', 'go', 'package a\nfunc f() {║\n}\n', '\n\tg()\n}⟧\nfunc h() {\n'],
    ['the end of the block', 'rust', 'fn f() {║\n}\n', '\n    g();\n}⟧\nfn h() {\n'],
    ['the end of the block', 'java', 'class A {\n  void f() {║\n  }\n}\n', '\n    g();\n  }⟧\n  void h() {\n'],
    ['the end of the block', 'cpp', 'int f() {║\n}\n', '\n  return g();\n}⟧\nint h() {\n'],
    ['the line that ends the block', 'typescript', 'f(() => {║})\n', '\n  g();\n}, 100);⟧\nh();\n'],
    ['the line that ends the block', 'go', 'package a\nfunc f() {\n\tgo func() {║}\n}\n', '\n\t\tg()\n\t}()⟧\n\th()\n'],
    ['the line that ends the block', 'javascript', 'const {║}\n', "\n  a,\n} = require('a');⟧\nb();\n"],
    ['the line that ends the block', 'typescript', 'f({║})\n', ' a: 1 }, b);⟧\ng();\n'],
    ['the end of the block before another', 'typescript', 'f((a) => {║})\n', '\n  g();\n})⟧.then((b) => {\n  h();\n'],
    ['the end of the block before another', 'typescript', 'f([{║}])\n', '\n  a: 1,\n}⟧, {\n  a: 2,\n'],
    ['the end of the block before another', 'java', 'if (a) {║}\n', '\n  b();\n}⟧ else {\n  c();\n'],
    [
      'the end of the block before another',
      'go',
      'package a\nfunc f() {\n\tif err := g(T{║})\n}\n',
      '\n\t\tA: 1,\n\t})⟧; err != nil {\n\t\th()\n',
    ],
    ['a line that repeats the one above', 'typescript', 'f() {\n  ║\n}\n', 'call(one);⟧\n  call(one);\n'],
    ['a line that repeats the one above', 'python', 'def f():\n    ║\n', 'a = g()\n    b = h()⟧\n    b = h()\n'],
    ['lines that repeat those above', 'go', 'func f() {\n\t║\n}\n', '// one\n\t// two⟧\n\t// one\n\t// two\n'],
    ['a repeat of the line after the cursor', 'python', 'def f():\n    ║\nprint(f())\n', 'return 1⟧\nprint(f())\n'],
    [
      'the end of the block, indented otherwise than the file',
      'python',
      'class A:\n\tdef f(self):\n\t\t║\n',
      'if a:\n            b()\n        c()⟧\n    def g(self):\n',
    ],
    [
      'the end of the block, indented otherwise than the file',
      'python',
      'class A:\n\tdef f(self):║\n',
      '\n        a()\n        b()⟧\n    def g(self):\n',
    ],
    [
      'the end of the block, indented otherwise than the file',
      'python',
      'class A:\n    def f(self):\n        ║\n',
      'if a:\n\t\t\tb()⟧\n\tdef g(self):\n',
    ],
    ['a repeat of the line after the cursor', 'ruby', 'def f\n  ║\nend\nputs f\n', '1⟧\nputs f\n'],
  ])('at %s: %s', async (_name, languageId, marked, generated) => {
    const [kept = '', rest = ''] = generated.split('⟧');
    const cursor = cursorIn(marked, languageId);
    const syntax = await syntaxFor(languageId);
    const whole = new UnitEnd(cursor, syntax);
    expect(whole.reached(kept + rest)).toBe(true);
    expect(whole.kept).toBe(kept);
    const slowly = new UnitEnd(cursor, syntax);
    for (let length = 1; length <= kept.length + rest.length; length++) slowly.reached((kept + rest).slice(0, length));
    expect(slowly.kept).toBe(kept);
  });

  test.each([
    ['a repeated bracket', 'f() {\n  ║\n', 'if (a) {\n    g({\n      b,\n    });\n  }\n  '],
    ['a line of the same depth that is indented otherwise', 'f() {\n\tif (a) {\n\t\t║\n', 'b();\n    c();\n    d();\n'],
    ['a line like one further up', 'f() {\n  ║\n', 'call(one);\n  call(two);\n  call(one);\n  '],
  ])('not at %s', async (_name, marked, generated) => {
    const unit = new UnitEnd(cursorIn(marked, 'typescript'), await syntaxFor('typescript'));
    expect(unit.reached(generated)).toBe(false);
  });
});

describe('within a line the engine stops at', () => {
  test.each([
    ['the end of the line', 'const a = ║\nb();', ['\n']],
    ['the text after the cursor', 'const a = ║ + offset;\n', ['\n', ' + offset;']],
    ['the end of the line when only closers follow', 'f(g(║));\n', ['\n']],
    ['the end of the line when a single character follows', 'a = ║ x\n', ['\n']],
  ])('%s', (_name, marked, stops) => {
    const after = marked.split('║')[1]!;
    expect(lineStops(cursorIn(marked, 'typescript'), closersBehind(after))).toEqual(stops);
  });
});
