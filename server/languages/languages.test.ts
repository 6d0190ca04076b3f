import { describe, expect, it } from 'vitest';
import { Random } from '../common/random.ts';
import { pools } from '../mining/candidates.ts';
import { scopesByIndentation } from '../mining/indentation.ts';
import { type LanguageName, languages } from './grammars/index.ts';
import { commentsOf, languageOf } from './languageOf.ts';
import { parse } from './parser.ts';

interface Fixture {
  /** The entry that parses it, if not named like the fixture. */
  readonly entry?: LanguageName;
  readonly text: string;
  /** Must be among the middles of these kinds, verbatim. */
  readonly functionBody: string;
  readonly block?: string;
  readonly arguments?: string;
  readonly expression?: string;
  readonly afterComment?: string;
  /** Signatures that other files see, without white space. */
  readonly definition: string;
}

const fixtures = {
  typescript: {
    text: 'export class Store {\n  // finds one by its name\n  find(name: string): Item | null {\n    if (this.closed) {\n      throw new Error("closed");\n    }\n    const key = name.trim();\n    return this.#items.get(key, 1);\n  }\n}\n',
    functionBody:
      'if (this.closed) {\n      throw new Error("closed");\n    }\n    const key = name.trim();\n    return this.#items.get(key, 1);',
    block: 'throw new Error("closed");',
    arguments: 'key, 1',
    expression: 'name.trim()',
    afterComment:
      'find(name: string): Item | null {\n    if (this.closed) {\n      throw new Error("closed");\n    }\n    const key = name.trim();\n    return this.#items.get(key, 1);\n  }',
    definition: 'find(name: string): Item | null',
  },
  tsx: {
    text: 'function Row({ item }: Props) {\n  const label = item.name ?? "none";\n  return <li onClick={() => open(item)}>{label.trim()}</li>;\n}\n',
    functionBody: 'const label = item.name ?? "none";\n  return <li onClick={() => open(item)}>{label.trim()}</li>;',
    expression: 'label.trim()',
    definition: 'function Row({ item }: Props)',
  },
  javascript: {
    text: 'const total = (items) => {\n  let sum = 0;\n  for (const item of items) {\n    sum += item.price * item.count;\n  }\n  return sum;\n};\nfunction main(args) {\n  print(total(args), "done");\n}\n',
    functionBody: 'print(total(args), "done");',
    block: 'sum += item.price * item.count;',
    arguments: 'total(args), "done"',
    definition: 'function main(args)',
  },
  jsx: {
    entry: 'javascript',
    text: 'export function List({ items, onOpen }) {\n  const shown = items.filter((item) => item.visible);\n  // one row an item\n  return <ul>{shown.map((item) => <Row key={item.id} onClick={() => onOpen(item, 1)} />)}</ul>;\n}\n',
    functionBody:
      'const shown = items.filter((item) => item.visible);\n  // one row an item\n  return <ul>{shown.map((item) => <Row key={item.id} onClick={() => onOpen(item, 1)} />)}</ul>;',
    arguments: 'item, 1',
    expression: 'shown.map((item) => <Row key={item.id} onClick={() => onOpen(item, 1)} />)',
    afterComment: 'return <ul>{shown.map((item) => <Row key={item.id} onClick={() => onOpen(item, 1)} />)}</ul>;',
    definition: 'function List({ items, onOpen })',
  },
  python: {
    text: 'class Store:\n    def find(self, name):\n        if self.closed:\n            raise ValueError("closed")\n        # the key is lower case\n        key = name.lower()\n        return self.items.get(key, None)\n',
    functionBody:
      'if self.closed:\n            raise ValueError("closed")\n        # the key is lower case\n        key = name.lower()\n        return self.items.get(key, None)',
    block: 'raise ValueError("closed")',
    arguments: 'key, None',
    expression: 'name.lower()',
    afterComment: 'key = name.lower()',
    definition: 'def find(self, name):',
  },
  go: {
    text: 'package store\n\nfunc (s *Store) Find(name string) (*Item, error) {\n\tif s.closed {\n\t\treturn nil, ErrClosed\n\t}\n\tkey := strings.ToLower(name)\n\treturn s.items.Get(key, true), nil\n}\n',
    functionBody:
      'if s.closed {\n\t\treturn nil, ErrClosed\n\t}\n\tkey := strings.ToLower(name)\n\treturn s.items.Get(key, true), nil',
    block: 'return nil, ErrClosed',
    arguments: 'key, true',
    expression: 'strings.ToLower(name)',
    definition: 'func (s *Store) Find(name string) (*Item, error)',
  },
  rust: {
    text: 'impl Store {\n    /// Finds one.\n    fn find(&self, name: &str) -> Option<Item> {\n        if self.closed {\n            return None;\n        }\n        let key = name.to_lowercase();\n        self.items.get(key, true)\n    }\n}\n',
    functionBody:
      'if self.closed {\n            return None;\n        }\n        let key = name.to_lowercase();\n        self.items.get(key, true)',
    block: 'return None;',
    arguments: 'key, true',
    expression: 'name.to_lowercase()',
    definition: 'fn find(&self, name: &str) -> Option<Item>',
  },
  java: {
    text: 'class Store {\n  // finds one\n  Item find(String name) {\n    if (closed) {\n      throw new IllegalStateException("closed");\n    }\n    String key = name.trim();\n    return items.get(key, true);\n  }\n}\n',
    functionBody:
      'if (closed) {\n      throw new IllegalStateException("closed");\n    }\n    String key = name.trim();\n    return items.get(key, true);',
    block: 'throw new IllegalStateException("closed");',
    arguments: 'key, true',
    expression: 'name.trim()',
    definition: 'Item find(String name)',
  },
  kotlin: {
    text: 'class Store(private val items: Items) {\n  // finds one\n  fun find(name: String): Item? {\n    if (closed) {\n      throw IllegalStateException("closed")\n    }\n    val key = name.trim()\n    return items.get(key, true)\n  }\n}\n',
    functionBody:
      'if (closed) {\n      throw IllegalStateException("closed")\n    }\n    val key = name.trim()\n    return items.get(key, true)',
    block: 'throw IllegalStateException("closed")',
    arguments: 'key, true',
    expression: 'name.trim()',
    afterComment:
      'fun find(name: String): Item? {\n    if (closed) {\n      throw IllegalStateException("closed")\n    }\n    val key = name.trim()\n    return items.get(key, true)\n  }',
    definition: 'fun find(name: String): Item?',
  },
  c: {
    text: '#include "store.h"\n\nint store_find(struct store *s, const char *name) {\n    int at = hash(name, 7);\n    if (s->closed) {\n        return -1;\n    }\n    return s->items[at];\n}\n',
    functionBody: 'int at = hash(name, 7);\n    if (s->closed) {\n        return -1;\n    }\n    return s->items[at];',
    block: 'return -1;',
    arguments: 'name, 7',
    expression: 'hash(name, 7)',
    definition: 'int store_find(struct store *s, const char *name)',
  },
  cpp: {
    text: 'namespace store {\nclass Store {\n public:\n  int find(const std::string& name) const {\n    auto at = hash(name, 7);\n    if (closed_) {\n      return -1;\n    }\n    return items_[at];\n  }\n};\n}\n',
    functionBody: 'auto at = hash(name, 7);\n    if (closed_) {\n      return -1;\n    }\n    return items_[at];',
    block: 'return -1;',
    arguments: 'name, 7',
    definition: 'int find(const std::string& name) const',
  },
  csharp: {
    text: 'class Store\n{\n    // Finds one.\n    public Item Find(string name)\n    {\n        if (closed)\n        {\n            throw new InvalidOperationException("closed");\n        }\n        var key = name.Trim();\n        return items.Get(key, true);\n    }\n}\n',
    functionBody:
      'if (closed)\n        {\n            throw new InvalidOperationException("closed");\n        }\n        var key = name.Trim();\n        return items.Get(key, true);',
    block: 'throw new InvalidOperationException("closed");',
    arguments: 'key, true',
    expression: 'name.Trim()',
    definition: 'public Item Find(string name)',
  },
  ruby: {
    text: 'class Store\n  # finds one\n  def find(name)\n    key = name.downcase\n    items.each do |item|\n      puts(item, key)\n    end\n    items.fetch(key, nil)\n  end\nend\n',
    functionBody:
      'key = name.downcase\n    items.each do |item|\n      puts(item, key)\n    end\n    items.fetch(key, nil)',
    block: 'puts(item, key)',
    arguments: 'key, nil',
    expression: 'name.downcase',
    definition: 'def find(name)',
  },
  php: {
    text: '<?php\nclass Store\n{\n    // finds one\n    public function find(string $name): ?Item\n    {\n        if ($this->closed) {\n            throw new StoreClosed();\n        }\n        $key = trim($name);\n        return $this->items->get($key, true);\n    }\n}\n',
    functionBody:
      'if ($this->closed) {\n            throw new StoreClosed();\n        }\n        $key = trim($name);\n        return $this->items->get($key, true);',
    block: 'throw new StoreClosed();',
    arguments: '$key, true',
    expression: 'trim($name)',
    definition: 'public function find(string $name): ?Item',
  },
} as const satisfies Record<LanguageName | 'jsx', Fixture>;

it('every language has a fixture', () => {
  expect(Object.keys(fixtures)).toEqual(expect.arrayContaining(Object.keys(languages)));
});

describe.each(Object.entries<Fixture>(fixtures))('%s', (name, fixture) => {
  const { text, entry = name as LanguageName } = fixture;
  const rows = [{ from: 0, to: text.split('\n').length }];

  it('gives whole nodes of every kind as middles', async () => {
    const syntax = await parse(text, entry);
    const found = pools(text, syntax?.scopes(rows) ?? [], rows, new Random('fixture'));
    const middles = (kind: keyof typeof found) => found[kind].map(({ start, end }) => text.slice(start, end));
    expect(middles('function-body')).toContain(fixture.functionBody);
    if (fixture.block !== undefined) expect(middles('block')).toContain(fixture.block);
    if (fixture.arguments !== undefined) expect(middles('arguments')).toContain(fixture.arguments);
    if (fixture.expression !== undefined) expect(middles('expression')).toContain(fixture.expression);
    if (fixture.afterComment !== undefined) expect(middles('after-comment')).toContain(fixture.afterComment);
    expect(middles('statements').length).toBeGreaterThan(1);
  });

  it('gives signatures up to the body', async () => {
    const syntax = await parse(text, entry);
    const signatures = syntax?.definitions().map(({ start, end }) => text.slice(start, end).trim());
    expect(signatures).toContain(fixture.definition);
  });
});

it.each<[LanguageName, string]>([
  ['rust', 'let item = Item {\n    start: at,\n    end: 0, // set later\n    // the text\n    body: Body::Text,\n};\n'],
  ['javascript', 'first(); // once\n// then\nsecond(first, third);\nthird(second);\n'],
  ['python', '"""What this is."""\nimport os\n\ndef f(x):\n    """Says x."""\n    return os.path.join(x, x)\n'],
])('no run of %s statements starts with a comment', async (name, text) => {
  const rows = [{ from: 0, to: text.split('\n').length }];
  const found = pools(text, (await parse(text, name))?.scopes(rows) ?? [], rows, new Random('comments'));
  const starts = [...found.statements, ...found.member].map(({ start }) => text.slice(start, start + 12));
  expect(starts.length).toBeGreaterThan(2);
  for (const start of starts) expect(start).not.toMatch(/^(\/\/|""")/);
});

it('attributes are no middle without the item that they belong to', async () => {
  const text =
    'pub use a::b;\n\n/// Which way.\n#[derive(Clone, Debug, PartialEq)]\n#[cfg(test)]\npub enum Way {\n    Up,\n}\n';
  const rows = [{ from: 0, to: text.split('\n').length }];
  const scopes = (await parse(text, 'rust'))?.scopes(rows) ?? [];
  for (const seed of ['a', 'b', 'c', 'd']) {
    const found = pools(text, scopes, rows, new Random(seed));
    for (const { start, end } of found.statements) expect(text.slice(start, end)).toMatch(/^pub use a::b;$|\}$/);
    const announced = found['after-comment'].map(({ start, end }) => text.slice(start, end));
    expect(announced).toEqual([text.slice(text.indexOf('#[derive')).trimEnd()]);
  }
});

it('a run of Python statements stays in its body and goes on after nested bodies', async () => {
  const text =
    'def total(items):\n    for item in items:\n        print(item)\n        add(item)\n    finish()\n    return 1\n\n\ndef main():\n    match kind:\n        case A():\n            one()\n        case _:\n            two()\n    return 0\n';
  const rows = [{ from: 0, to: text.split('\n').length }];
  const scopes = (await parse(text, 'python'))?.scopes(rows) ?? [];
  const runs = pools(text, scopes, rows, new Random('a')).statements.map(({ start, end }) => text.slice(start, end));
  expect(runs).toContain('print(item)\n        add(item)');
  expect(runs).toContain('finish()\n    return 1');
  expect(runs).toContain('one()');
  expect(runs.find((run) => run.startsWith('for '))).toMatch(/return 1$/);
  expect(runs.find((run) => run.startsWith('case A'))).toMatch(/two\(\)$/);
});

it('no run of C++ members ends with an access specifier', async () => {
  const text =
    'class Store {\n public:\n  explicit Store(int size) : size_(size) {}\n  int size() const { return size_; }\n\n private:\n  int size_;\n};\n';
  const rows = [{ from: 0, to: text.split('\n').length }];
  const scopes = (await parse(text, 'cpp'))?.scopes(rows) ?? [];
  for (const seed of ['a', 'b', 'c', 'd']) {
    const found = pools(text, scopes, rows, new Random(seed)).statements.map(({ start, end }) =>
      text.slice(start, end),
    );
    expect(found).toContain('int size() const { return size_; }');
    for (const run of found) expect(run).not.toMatch(/(?:public|private)$/);
  }
});

it('knows languages by their file names', () => {
  const table = {
    'a/b.tsx': 'tsx',
    'x.JSX': 'javascript',
    'x.h': 'cpp',
    'x.c': 'c',
    'run.sh': 'shell',
    'CMakeLists.txt': 'cmake',
    'x.png': null,
    README: null,
  };
  for (const [path, language] of Object.entries(table)) expect(languageOf(path)).toBe(language);
});

it('finds statements and blocks by indentation without a grammar', () => {
  const text =
    'fun total(items: List<Item>): Int {\n    var sum = 0\n    for (item in items) {\n        sum += item.price\n    }\n    return sum\n}\n';
  const scopes = scopesByIndentation(text, [{ from: 0, to: 7 }], commentsOf('kotlin')).map(
    ({ kind, start, end }) => `${kind} ${text.slice(start, end)}`,
  );
  expect(scopes).toContain('statement for (item in items) {\n        sum += item.price\n    }');
  expect(scopes).toContain('block sum += item.price');
  expect(scopes).toContain(`statement ${text.trimEnd()}`);
});

it.each([
  ['shell', '#!/bin/sh\n# Copyright 2024, all rights reserved\n# by nobody\nrun() {\n  # say it\n  echo "$1"\n}\n', 4],
  ['kotlin', '/*\n * Licence\n */\n// one\nval a = 1 // not alone\n', 2],
  ['lua', '--[[ banner\nof two ]]\nlocal a = 1\n-- why\nlocal b = 2\n', 2],
  ['ocaml', '(* never closed\nlet a = 1\n', 1],
] as const)('knows the comments of %s without a grammar', (language, text, count) => {
  const rows = [{ from: 0, to: text.split('\n').length }];
  const comments = scopesByIndentation(text, rows, commentsOf(language)).filter(({ kind }) => kind === 'comment');
  expect(comments).toHaveLength(count);
  for (const { start, end } of comments) expect(text.slice(start, end)).toMatch(/^(#|\/\*|\/\/|--|\(\*)/);
});
