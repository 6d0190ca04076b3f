import { describe, expect, test, vi } from 'vitest';
import type { NextEditOffer } from './question.ts';
import { EditorWindow } from './testing.ts';

test('places in other open documents are given when the document itself has no edit', async () => {
  const window = new EditorWindow();
  window.open('file:///w/uses.ts', 'import { load } from "./a";\nload("x", 1);\n');
  window.open('file:///w/other.ts', 'const x = 1;\n');
  window.replace('function load(kind: string, most: number)', 'function load(kind: string)');
  window.script();
  const { edit: none, jumps } = await window.ask('load(kind: string)');
  expect(none).toBeNull();
  expect(jumps).toMatchObject([{ uri: 'file:///w/uses.ts', range: { start: { line: 1, character: 0 } } }]);
});

test('places in cells of a notebook are not given', async () => {
  const window = new EditorWindow();
  window.learnedEdits = false;
  const using = 'import { load } from "./a";\nload("x", 1);\n';
  window.open('vscode-notebook-cell:/w/uses.ipynb#W0sZmlsZQ==', using);
  window.open('file:///w/uses.ts', using);
  window.replace('function load(kind: string, most: number)', 'function load(kind: string)');
  const { jumps } = await window.ask('load(kind: string)');
  expect(jumps.map(({ uri }) => uri)).toEqual(['file:///w/uses.ts']);
});

test('places near the change are given first, whichever document was opened first', async () => {
  const window = new EditorWindow();
  window.learnedEdits = false;
  const [declaring, using] = ['file:///w/src/deep/a.ts', 'import { load } from "./a";\n'];
  for (const path of ['lib/far.ts', 'src/deep/near.ts', 'src/other.ts']) window.open(`file:///w/${path}`, using);
  window.open(declaring, 'export function load(kind: string) {}\n');
  window.replace('function load', 'function loadAll', declaring);
  const { jumps } = await window.ask('function', { of: declaring });
  expect(jumps.map(({ uri }) => uri)).toEqual([
    'file:///w/src/deep/near.ts',
    'file:///w/src/other.ts',
    'file:///w/lib/far.ts',
  ]);
});

test('open documents without the name are not split into lines', async () => {
  const window = new EditorWindow();
  window.learnedEdits = false;
  const text = 'const x = 1;\n'.repeat(1000);
  for (let i = 0; i < 20; i++) window.open(`file:///w/other${i}.ts`, text);
  window.open('file:///w/uses.ts', 'import { load } from "./a";\nload("x", 1);\n');
  window.replace('function load(kind: string, most: number)', 'function load(kind: string)');
  const split = vi.spyOn(String.prototype, 'split');
  const { jumps } = await window.ask('load(kind: string)');
  const taken = split.mock.contexts.filter((whole) => String(whole) === text);
  split.mockRestore();
  expect(jumps).toHaveLength(1);
  expect(taken).toEqual([]);
});

describe('places in files that are not open', () => {
  const paths = ({ jumps }: NextEditOffer): string[] => jumps.map((jump) => `${jump.uri}:${jump.range.start.line}`);
  const afterRenaming = (): EditorWindow => {
    const window = new EditorWindow();
    window.learnedEdits = false;
    window.closed = ['uses.ts', 'far/closed.ts'];
    window.open('file:///w/uses.ts', 'import { load } from "./a";\nload("x", 1);\n');
    window.replace('function load(', 'function loadAll(');
    window.replace('return load(kind, 1)', 'return loadAll(kind, 1)');
    window.replace('return load(kind, 99)', 'return loadAll(kind, 99)');
    return window;
  };

  test('come after those in open documents, and after a longer pause', async () => {
    const window = afterRenaming();
    expect(paths(await window.ask('loadAll('))).toEqual([
      'file:///w/uses.ts:0',
      'file:///w/uses.ts:1',
      'file:///w/far/closed.ts:1',
    ]);
    expect(window.waits.at(-2)).toBeGreaterThanOrEqual(600);
  });

  test('are still given once the places in an open document were followed', async () => {
    const window = afterRenaming();
    const { edit: offered } = await window.ask('load', { of: 'file:///w/uses.ts' });
    window.edit(offered!.start, offered!.end, offered!.text, 'file:///w/uses.ts');
    const { edit: next } = await window.ask('load', { of: 'file:///w/uses.ts' });
    window.edit(next!.start, next!.end, next!.text, 'file:///w/uses.ts');
    expect(paths(await window.ask('loadAll', { of: 'file:///w/uses.ts' }))).toEqual(['file:///w/far/closed.ts:1']);
  });
});

test('a renamed function is followed in another document to its last use', async () => {
  const window = new EditorWindow();
  window.learnedEdits = false;
  const [declared, used] = ['file:///w/a.go', 'file:///w/b.go'];
  const text = `package p\n\nfunc g() {\n${'\tload(1)\n\n'.repeat(20)}}\n`;
  window.open(declared, 'package p\n\nfunc load(w int) int {\n\treturn w\n}\n');
  window.open(used, text);
  window.replace('func load', 'func obtain', declared);
  for (let uses = 0; uses < 25; uses++) {
    const { edit } = await window.ask('package', { of: used, languageId: 'go' });
    if (edit === null) break;
    window.edit(edit.start, edit.end, edit.text, used);
    window.edits.accepted(edit.id);
  }
  expect(window.documents.get(used)!.getText()).toBe(text.replaceAll('load', 'obtain'));
});
