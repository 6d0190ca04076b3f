import { describe, expect, it } from 'vitest';
import { threadMs } from '../common/testing.ts';
import { contextFor, similarCode } from './context.ts';
import { importsOf } from './imports.ts';
import { entryOf, RetrievalIndex, type TextRange } from './retrievalIndex.ts';

function fileOf(path: string, text: string, signatures: readonly string[] = [], secrets: readonly TextRange[] = []) {
  const definitions = signatures.map((signature) => ({
    start: text.indexOf(signature),
    end: text.indexOf(signature) + signature.length,
  }));
  return entryOf({ path, text, definitions, secrets });
}

const index = new RetrievalIndex();
index.set(
  fileOf(
    'src/util/text.ts',
    'export function capitalize(word: string): string {\n  return word;\n}\ntype Unused = { a: number };\n',
    ['function capitalize(word: string): string', 'type Unused = { a: number }'],
  ),
);
index.set(
  fileOf(
    'src/invoice.ts',
    'export function renderInvoice(invoice: Invoice): string {\n  const customer = capitalize(invoice.customer);\n  const lines = invoice.positions.map((position) => formatPosition(position));\n  return [customer, ...lines].join("\\n");\n}\n',
  ),
);
index.set(
  fileOf(
    'src/noise.ts',
    'export const colours = ["red", "green"];\nexport const sizes = [1, 2, 3];\nexport const shapes = {};\n',
  ),
);

const prefix =
  'import { capitalize } from "./util/text.js";\n\nexport function renderOffer(offer: Offer): string {\n  const customer = capitalize(offer.customer);\n  const lines = offer.positions.map((position) => ';
const suffix = 'x);\n  return lines.join();\n}\n';
const query = { path: 'src/offer.ts', language: 'typescript', prefix, suffix, recent: [] };

describe('contextFor', () => {
  it('gives used signatures of imported files and similar code, each under its path', () => {
    const context = contextFor(query, index, 2000);
    expect(context).toContain('// src/util/text.ts\nfunction capitalize(word: string): string\n');
    expect(contextFor(query, index, 160)).not.toContain('Unused');
    expect(context).toContain('// src/invoice.ts\n');
    expect(context).not.toContain('colours');
  });

  it('stays the same while a line is typed', () => {
    const contexts = ['', 'f', 'formatPosition(', 'formatPosition(position)'].map((typed) =>
      contextFor({ ...query, prefix: prefix + typed }, index, 2000),
    );
    expect(new Set(contexts).size).toBe(1);
  });

  it('looks at no more than the beginning of a line of data', () => {
    const names = 'renderInvoice(invoice.customer, invoice.positions, formatPosition)';
    const data = (length: number): string => `d = "${'A'.repeat(length)}"; ${names};\n`;
    for (const [length, found] of [
      [10, '// src/invoice.ts'],
      [1000, null],
    ] as const)
      for (const asked of [
        { ...query, prefix: data(length), suffix: '' },
        { ...query, prefix: '', suffix: `\n${data(length)}` },
      ]) {
        expect(contextFor(asked, index, 2000).split('\n', 1)[0] || null).toBe(found);
        expect(similarCode(asked, index, 2000) !== '').toBe(found !== null);
      }
  });

  it.each([0, 40, 120, 400])('is at most %i characters long', (maxChars) => {
    expect(contextFor(query, index, maxChars).length).toBeLessThanOrEqual(maxChars);
  });

  it('leaves out a licence text in a docstring', () => {
    const own = new RetrievalIndex();
    const licence =
      'Licensed under the Apache License, Version 2.0 (the "License");\nyou may not use this file except in compliance with the\nLicense. You may obtain a copy of the License below, on an "AS IS" basis.\n';
    own.set(fileOf('src/a.py', `"""\n${licence}"""\n\n${'\n'}def invoice(customer, positions):\n    return 1\n`));
    expect([...own.texts()]).toEqual(['def invoice(customer, positions):\n    return 1\n']);
  });

  it('leaves out the file itself, deleted files and lines with secrets', () => {
    const own = new RetrievalIndex();
    own.set(fileOf('src/offer.ts', prefix + suffix));
    expect(contextFor(query, own, 2000)).toBe('');
    expect(contextFor({ ...query, path: 'src/other.ts' }, own, 2000)).toContain('// src/offer.ts\n');
    own.delete('src/offer.ts');
    const text = `export function renderInvoice(customer, positions) {\n  const key = "k";\n  return capitalize(customer) + positions;\n}\n`;
    const secret = { start: text.indexOf('const'), end: text.indexOf('"k"') };
    own.set(fileOf('src/held.ts', text, [], [secret]));
    expect([...own.texts()]).toEqual([]);
    own.set(fileOf('src/invoice.ts', text));
    expect([...own.texts()]).toEqual([text]);
    own.delete('src/invoice.ts');
    expect([...own.texts()]).toEqual([]);
  });
});

it.each([
  ['func (mx *Mux) Use(middlewares ...func(http.Handler) http.Handler)', 'Use'],
  ['func Map[T any](items []T, to func(T) T) []T', 'Map'],
  ['func NewRouter() *Mux', 'NewRouter'],
  ['type Middlewares []func(http.Handler) http.Handler', 'Middlewares'],
  ['type Context struct { Routes Routes; parentCtx context.Context }', 'Context'],
  ['class Task(metaclass=Register)', 'Task'],
  ['def run(self, type)', 'run'],
  ['export abstract class Store<T> extends Base', 'Store'],
  ['export const rateOf = (total: number): number =>', 'rateOf'],
  ['struct item *find(const char *name)', 'find'],
  ['@Transactional(readOnly = true) public Item find(long id)', 'find'],
  ['@Named("a)") @Deprecated public class Item extends Base', 'Item'],
  ['[HttpGet("{id}")] [Authorize] public Task<Item> Get(int id)', 'Get'],
  ['#[Route("/items", name: "items")] public function show(int $id)', 'show'],
  ['[[nodiscard]] int size() const', 'size'],
])('the signature %s has the name %s', (signature, name) => {
  const { signatures } = fileOf('a', `${signature} `, [signature]);
  expect(signatures.map((one) => one.name)).toEqual([name]);
});

it('a signature is kept without its annotations, however long they are', () => {
  const annotation = `@Operation(summary = "${'a '.repeat(600)}")`;
  const method = 'public Item find(long id)';
  const { signatures } = fileOf('a', `${annotation}\n  ${method} `, [`${annotation}\n  ${method}`]);
  expect(signatures).toEqual([{ name: 'find', text: method }]);
});

it.each([
  ['typescript', 'import a, { b } from "../util/text.js";\nconst c = require("./c");', [['util', 'text'], ['c']]],
  [
    'python',
    'from app.models import User\nimport os.path',
    [
      ['app', 'models'],
      ['os', 'path'],
    ],
  ],
  ['go', 'import (\n\t"fmt"\n\tstore "example.com/shop/store"\n)', [['fmt'], ['example.com', 'shop', 'store']]],
  ['rust', 'use crate::store::Item;\nmod walk;', [['store', 'Item'], ['walk']]],
  ['java', 'import com.shop.store.Item;', [['com', 'shop', 'store', 'Item']]],
  ['cpp', '#include "store/item.h"\n#include <vector>', [['store', 'item'], ['vector']]],
  ['ruby', "require_relative 'store/item'", [['store', 'item']]],
  ['php', 'use App\\Store\\Item;', [['App', 'Store', 'Item']]],
  ['php', "require_once __DIR__ . '/store/item.php';\ninclude('walk.inc');", [['store', 'item'], ['walk']]],
  ['typescript', "const page = await import(\n  './page.js'\n);", [['page']]],
  ['rust', 'pub(in crate::a) use crate::store::Item;', [['store', 'Item']]],
])('imports are found in %s', (language, text, modules) => {
  expect(importsOf(text, language)).toEqual(modules);
});

it.each(['typescript', 'python', 'go', 'rust', 'java', 'c', 'csharp', 'ruby', 'php'])(
  'finding imports in a file of blanks alone takes little time: %s',
  async (language) => {
    const ms = await threadMs(() => {
      // Scanning to the end from each blank would take seconds.
      for (const blanks of [' ', '\n', '\r\n', ' \n', '\t'])
        expect(importsOf(blanks.repeat(40_000), language)).toEqual([]);
    });
    expect(ms).toBeLessThan(3000);
  },
);

it.each([
  ['typescript', `import${' '.repeat(400_000)}`],
  ['typescript', "from '\n".repeat(200_000)],
  ['rust', 'pub(\n'.repeat(200_000)],
  ['rust', `pub(${' '.repeat(400_000)}`],
  ['cpp', '#include <\n'.repeat(200_000)],
  ['ruby', `require${' '.repeat(400_000)}`],
  ['php', `require${' '.repeat(400_000)}`],
  ['php', 'include '.repeat(200_000)],
])(
  'finding imports takes little time also where each seems to begin one that never ends: %s',
  async (language, text) => {
    const ms = await threadMs(() => {
      // Each begun import would be looked for until the end, or each blank counted twice: minutes.
      importsOf(text, language);
    });
    expect(ms).toBeLessThan(3000);
  },
);

it.each([
  [['util', 'text'], 'src/offer.ts', 'src/util/text.ts'],
  [['store'], 'cmd/main.go', 'store/item.go'],
  [['com', 'shop', 'Cart'], 'x/Y.java', 'java/com/shop/Cart.java'],
  [['app', 'models', 'User'], 'app/views.py', 'app/models.py'],
  [['unknown'], 'src/a.ts', null],
])('the import %j in %s resolves to %s', (segments, from, path) => {
  const files = new RetrievalIndex();
  for (const path of [
    'src/util/text.ts',
    'other/text.ts',
    'store/item.go',
    'java/com/shop/Cart.java',
    'app/models.py',
    'lib/models.py',
  ])
    files.set(fileOf(path, 'x\ny\nz\n'));
  expect(files.resolve(segments, from)).toBe(path);
});

it.each(['\n', '\r\n'])('context takes little time in a file of millions of lines (breaks %j)', async (lineBreak) => {
  const above = `let value = 1;${lineBreak}`.repeat(2_000_000);
  const long = { ...query, prefix: above + prefix, suffix: suffix + above };
  expect(similarCode(long, index, 600)).toBe(similarCode(query, index, 600));
  const times: number[] = [];
  for (const key of [1, 2, 3]) {
    const typed = { ...long, prefix: `${long.prefix}${'x'.repeat(key)}` };
    // Forces the concatenated string to be flattened: that cost is the editor's.
    typed.prefix.lastIndexOf('\n');
    const ms = await threadMs(() => {
      contextFor(typed, index, 600);
      similarCode(typed, index, 600);
    });
    times.push(ms);
  }
  expect(Math.min(...times)).toBeLessThan(50);
});
