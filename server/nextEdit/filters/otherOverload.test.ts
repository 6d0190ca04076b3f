import { expect, test } from 'vitest';
import { changeBetween, type LineChange } from '../../edits/change.ts';
import { otherOverload } from './otherOverload.ts';

/** Renames `w` at each `»` of a text: why it is not repeated at `«`. */
function reason(path: string, text: string): string | null {
  const plain = (marked: string): string[] => marked.replaceAll(/[»«]/g, '').split('\n');
  const recent: LineChange[] = [];
  let now = text;
  while (now.includes('»')) {
    const next = now.replace('»w', 'width');
    recent.push(changeBetween(path, 0, plain(now), plain(next))!);
    now = next;
  }
  const lines = plain(now);
  const again = changeBetween(path, 0, lines, plain(now.replace('«w', 'width')))!;
  return otherOverload(again, {
    situation: { path, lines, region: { from: 0, to: lines.length }, recent, related: [] },
    answer: [],
    sureness: 1,
    leastSureness: 0,
  });
}

test.each([
  ['another with other parameters', 'A.java', 'class A {\n  int »w(int a) {\n  }\n  int «w(String a) {\n  }\n}'],
  ['another of several lines', 'A.java', 'class A {\n  int »w(int a) {\n  }\n  int «w(\n    String a) {\n  }\n}'],
  ['a call', 'A.java', 'class A {\n  int »w(int a) {\n    return «w("a");\n  }\n  int w(String a) {\n  }\n}'],
  ['a call', 'A.kt', 'class A {\n  fun »w(a: Int) = «w("a")\n\n  fun w(a: String) = 1\n}'],
])('the rename of one of two methods of a name is not repeated for %s: %s', (_, path, text) => {
  expect(reason(path, text)).toMatch(/another one/);
});

test.each([
  ['one that is the only one', 'A.java', 'class A {\n  int »w(int a) {\n  }\n  int f() {\n    return «w(1);\n  }\n}'],
  ['two', 'A.java', 'class A {\n  int »w(int a) {\n  }\n  int »w(String a) {\n  }\n  int «w(long a) {\n  }\n}'],
  [
    'one that a class in it has too',
    'A.java',
    'class A {\n  int »w() {\n    return «w();\n  }\n  class B {\n    int w(int a);\n  }\n}',
  ],
  ['one of a language without such', 'a.ts', 'class A {\n  f »w(a) {\n    return «w(1);\n  }\n  f w(a) {\n  }\n}'],
])('the rename of %s is repeated: %s', (_, path, text) => {
  expect(reason(path, text)).toBeNull();
});
