import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { syntaxFor } from '../languages/syntax.ts';
import { usesLeft } from './boundUses.ts';

/** A busy machine parses nothing within a pause in typing: stop the clock. */
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** The text with `»` before each use that follows when the first one marked is renamed. */
async function followed(languageId: string, marked: string, to: string): Promise<string> {
  const text = marked.replaceAll('»', '');
  const [from] = /^\w+/.exec(marked.slice(marked.indexOf('»') + 1))!;
  const named = { text, at: [marked.indexOf('»')] };
  const left = usesLeft((await syntaxFor(languageId))!, { from, to }, { was: named, reverted: named });
  const places = left.kind === 'uses' ? [...named.at, ...left.uses.map(({ start }) => start)] : [];
  return places.sort((a, b) => b - a).reduce((whole, at) => `${whole.slice(0, at)}»${whole.slice(at)}`, text);
}

test.each<[string, string, string]>([
  ['c', 'int f(struct inode *»inode) { struct inode *next = »inode->next; }', 'i'],
  ['c', 'struct »inode { int a; };\nint f(struct »inode *inode) { struct »inode *n = inode->n; }', 'node'],
  ['c', 'int f(struct inode *»i) { return »i->a; }', 'inode'],
  ['c', 'int f(int »w) { return (»w) - 1 + (»w) * 2 + sizeof(»w); }', 'width'],
  ['c', 'struct node { int a; };\nstruct node *»node;\nint f(void) { struct node *n = »node; }', 'first'],
  ['cpp', 'int f(node *»node) { node::go(); node *n = »node; std::array<int, »node> a; }', 'first'],
  ['cpp', 'class »Box { »Box(int w); };\nvoid f() { »Box b(1); g(»Box(2)); new »Box(3); }', 'Crate'],
  ['go', 'package p\nfunc add(»node *node) *node { var x node; return »node.next }', 'first'],
  ['go', 'package p\nfunc f(»kind int) { handlers[»kind](1) }', 'sort'],
  ['go', 'package p\ntype »node struct{}\nfunc add(node *»node) { g(node) }\nfunc h() { g(»node{}) }', 'item'],
  ['rust', 'fn f(»config: config::Config) -> config::E { config::load(»config) }', 'c'],
  ['rust', 'fn f(c: C) { let »json = json!(c); g(json!(»json)); }', 'text'],
  ['rust', 'fn f(»config: C) { assert!(config::load() == »config, config!()); }', 'c'],
  ['rust', 'fn f(»c: config::Config) { config::load(»c) }', 'config'],
  ['rust', 'mod »config;\nfn f(config: »config::Config) { »config::load(config) }', 'settings'],
  ['rust', 'fn f<const »N: usize>(x: A<»N>) -> [u8; »N] { g::<»N>() }', 'M'],
])('a value and a type, module or macro of the same name are two things: in %s, %s', async (languageId, marked, to) => {
  expect(await followed(languageId, marked, to)).toBe(marked);
});

test('in Go, a variable hides a type of its new name', async () => {
  const text = 'package p\nfunc add(n *node) { var x node; g(n) }';
  expect(await followed('go', text.replace('n *', '»n *'), 'node')).toBe(text);
});
