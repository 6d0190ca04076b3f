import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applied, changeBetween, type LineChange } from '../../edits/change.ts';
import { type RecordedEdit, recordEdit } from '../../edits/recordedEdits.ts';
import { moduleText } from '../testing.ts';
import { type RecordedOptions, recordedExamples } from './recorded.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'repotune-examples-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const all: RecordedOptions = { maxExamples: 1000, untilMs: Number.POSITIVE_INFINITY, admits: () => true };

/** Renames a function's parameter edit by edit, `paths` in turn. Returns the resulting texts. */
async function rename(paths: readonly string[], times = 6): Promise<Map<string, readonly string[]>> {
  const files = new Map<string, readonly string[]>(paths.map((path) => [path, moduleText('a', 20).split('\n')]));
  const recent: LineChange[] = [];
  for (let i = 0; i < times; i++) {
    const path = paths[i % paths.length]!;
    const lines = files.get(path)!;
    const line = lines.findIndex((text, at) => at >= 70 && /a\d+Rate/.test(text));
    const change = { line, before: [lines[line]!], after: [lines[line]!.replace(/a\d+Rate/g, 'discount')] };
    const [from, to] = [line - 60, line + 61];
    const edit: RecordedEdit = {
      atMs: 1000 * i,
      path,
      from,
      lines: lines.slice(from, to),
      change,
      recent: [...recent],
      elsewhere: [],
    };
    await recordEdit(store, edit);
    recent.push({ path, ...change });
    files.set(path, applied(lines, { path, ...change }));
  }
  return files;
}

it('recorded edits give edit, half-typed and no-edit examples that lead to the final text', async () => {
  const files = await rename(['src/a.ts']);
  const examples = await recordedExamples(store, all);
  expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['edit', 'half-typed', 'no-edit']));
  // The first one follows from nothing.
  expect(examples.filter(({ kind }) => kind === 'edit')).toHaveLength(5);
  const text = files.get('src/a.ts')!;
  for (const { kind, situation, updated, path } of examples) {
    const { lines, region, recent } = situation;
    expect(path).toBe('src/a.ts');
    const change = changeBetween(path, region.from, lines.slice(region.from, region.to), updated);
    if (kind === 'no-edit') expect(change).toBeNull();
    else
      expect(change!.after.join('\n')).toBe(text.slice(change!.line, change!.line + change!.after.length).join('\n'));
    // The edits done led to the text shown.
    const { line, after } = recent.at(-1)!;
    expect(lines.slice(line, line + after.length)).toEqual(after);
    for (const shown of lines.slice(region.from - 50, region.from)) expect(text.includes(shown)).toBe(true);
  }
  expect(await recordedExamples(store, all)).toEqual(examples);
});

it('an example shows the text around earlier changes, wherever in the file they are', async () => {
  const lines = moduleText('a', 40).split('\n');
  const far = { path: 'src/a.ts', line: 400, before: ['old'], after: [lines[400]!] };
  const change = { line: 100, before: [lines[100]!], after: [`${lines[100]} // done`] };
  const piece = { from: 396, lines: lines.slice(396, 405) };
  const edit = { atMs: 1, path: 'src/a.ts', from: 40, lines: lines.slice(40, 161), change, recent: [far] };
  await recordEdit(store, { ...edit, elsewhere: [piece] });
  const [example] = await recordedExamples(store, all);
  expect(example!.situation.lines.slice(396, 405)).toEqual(piece.lines);
  expect(example!.situation.lines.slice(40, 161)).toEqual(edit.lines);
  expect(example!.situation.lines).toHaveLength(405);
});

it('the newest examples come first, up to the requested number', async () => {
  await rename(['src/a.ts']);
  const [first, ...more] = await recordedExamples(store, { ...all, maxExamples: 2 });
  expect(more).toHaveLength(1);
  expect(first).toMatchObject({ kind: 'edit', commit: '' });
  expect(first!.situation.recent).toHaveLength(5);
});

it.each<[string, Partial<RecordedOptions>]>([
  ['is held out', { admits: (path) => path !== 'src/b.ts' }],
  ['is left out by now', { ruleFor: async () => (path) => (path === 'src/b.ts' ? 'forgotten' : undefined) }],
])('no example shows anything of a file that %s', async (_, options) => {
  await rename(['src/a.ts', 'src/b.ts']);
  expect(JSON.stringify(await recordedExamples(store, all))).toContain('src/b.ts');
  const examples = await recordedExamples(store, { ...all, ...options });
  expect(examples.length).toBeGreaterThan(0);
  expect(JSON.stringify(examples)).not.toContain('src/b.ts');
});

it('edits after the time limit give no examples', async () => {
  await rename(['src/a.ts']);
  const examples = await recordedExamples(store, { ...all, untilMs: 2000 });
  expect(examples.filter(({ kind }) => kind === 'edit')).toHaveLength(2);
});

it('an edit whose lines hold a known secret gives no examples', async () => {
  const secret = `const token = "ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}";`;
  const recent = [{ path: 'src/a.ts', line: 1, before: ['y'], after: ['const second = 2;'] }];
  const change = { line: 1, before: ['const second = 2;'], after: ['const second = first + 2;'] };
  const edit = {
    atMs: 1,
    path: 'src/a.ts',
    from: 0,
    lines: ['const first = 1;', 'const second = 2;', secret],
    change,
    recent,
    elsewhere: [],
  };
  await recordEdit(store, edit);
  expect(await recordedExamples(store, all)).toEqual([]);
  await recordEdit(store, { ...edit, lines: edit.lines.with(2, '') });
  expect((await recordedExamples(store, all)).length).toBeGreaterThan(0);
});
