import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { syntaxFor } from '../syntax.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The text with `»` before each use of the name, and `»=` before one that is also a member's name. */
async function marked(languageId: string, text: string, name: string): Promise<string> {
  const uses = (await syntaxFor(languageId))!.names(text)!.uses(name)!;
  return uses.reduceRight(
    (whole, { start, shorthand }) => `${whole.slice(0, start)}${shorthand ? '»=' : '»'}${whole.slice(start)}`,
    text,
  );
}

test.each<[string, string, string]>([
  ['rust', 'x', 'fn f(»x: i32) { assert_eq!(g(»x), Point { x: »x, y: 1 }); }'],
  ['rust', 'x', 'fn f(»x: i32) { assert_eq!(p, Point { »=x, y }); m!({ »x, y }); }'],
  ['rust', 'parse', 'fn f(»parse: C) { assert!(Config::parse() == »parse); }'],
  ['rust', 'x', 'fn f(»x: i32) { info!(x = »x, "a"); m!(a.x, b\n  .x, 0..»x, { »x = 1; }); }'],
  ['rust', 'x', 'fn f(»x: i32) { println!("{x} {}", »x, x = »x + 1); println!("{»x}"); println!("{x}", x = 1); }'],
  ['java', 'name', 'class C { void f(A »name) { g(users.map(User::name), »name, »name::go); } }'],
  ['java', 'User', 'class C { void f(A a) { g(»User::new, »User::name); } }'],
  ['csharp', 'x', 'class C { void F(int »x) { (int x, int y) p = (»x, 1); G(p.x); } }'],
  ['csharp', 'name', 'class C { void F(string »name) { G(p with { name = »name }); } }'],
])('the name of a member is no use of a variable: in %s, %s', async (languageId, name, expected) => {
  expect(await marked(languageId, expected.replaceAll(/»=?/g, ''), name)).toBe(expected);
});
