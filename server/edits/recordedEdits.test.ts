import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  forgetRecordedEdits,
  forgetUndone,
  MOST_BYTES,
  MOST_RECORDS,
  type RecordedEdit,
  readRecordedEdits,
  recordEdit,
  summaryOfRecorded,
} from './recordedEdits.ts';

let store: string;
let file: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'repotune-recorded-'));
  file = join(store, 'recorded-edits.jsonl');
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

function edit(path: string, atMs: number, more: Partial<RecordedEdit> = {}): RecordedEdit {
  const change = { line: 11, before: ['b'], after: [`b${atMs}`] };
  return { atMs, path, from: 10, lines: ['a', 'b', 'c'], change, recent: [], elsewhere: [], ...more };
}

const paths = async (): Promise<string[]> => (await readRecordedEdits(store)).map(({ path }) => path);

it('edits recorded concurrently are read back unchanged, from a file that only the user may read', async () => {
  const edits = Array.from({ length: 8 }, (_, i) => edit(`${i}.ts`, i));
  await Promise.all(edits.map((one) => recordEdit(store, one)));
  expect((await readRecordedEdits(store)).toSorted((a, b) => a.atMs - b.atMs)).toEqual(edits);
  expect(await summaryOfRecorded(store)).toEqual({ edits: 8, files: 8, sinceMs: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('a store without recorded edits gives none', async () => {
  expect(await readRecordedEdits(join(store, 'none'))).toEqual([]);
  expect(await summaryOfRecorded(store)).toEqual({ edits: 0, files: 0, sinceMs: null });
});

it.each([
  '{"format":1,"atMs":3',
  'null',
  '{"format":2}',
  '\u0000\u0001',
  JSON.stringify({ format: 1, ...edit('', 1) }),
])('a damaged line is skipped, and the next record starts a new line: %s', async (line) => {
  await recordEdit(store, edit('a.ts', 1));
  appendFileSync(file, line);
  await recordEdit(store, edit('b.ts', 2));
  expect(await paths()).toEqual(['a.ts', 'b.ts']);
  await forgetRecordedEdits(store, 'b.ts');
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2);
});

it.each([
  ['too many', (i: number) => edit(`${i}.ts`, i), MOST_RECORDS],
  ['too long', (i: number) => edit(`${i}.ts`, i, { lines: ['x'.repeat(60_000)] }), Math.ceil(MOST_BYTES / 60_000)],
])('the oldest edits are dropped when they are %s', async (_, make, count) => {
  const all = Array.from({ length: count }, (_, i) => `${JSON.stringify({ format: 1, ...make(i) })}\n`);
  writeFileSync(file, all.slice(0, -1).join(''));
  await recordEdit(store, make(count));
  await recordEdit(store, make(count + 1));
  const left = await readRecordedEdits(store);
  expect(left.at(-1)?.atMs).toBe(count + 1);
  expect(left[0]!.atMs).toBeGreaterThan(0);
  expect(left.length).toBeGreaterThan(0.85 * count);
  expect(left.length).toBeLessThanOrEqual(MOST_RECORDS);
  expect(statSync(file).size).toBeLessThanOrEqual(MOST_BYTES);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('recording into a long file calls no function per byte', async () => {
  const lines = ['x'.repeat(2000)];
  const all = Array.from(
    { length: 1000 },
    (_, i) => `${JSON.stringify({ format: 1, ...edit('a.ts', i, { lines }) })}\n`,
  );
  writeFileSync(file, all.join(''));
  const byByte = vi.spyOn(Uint8Array.prototype, 'reduce');
  await recordEdit(store, edit('b.ts', 1000));
  expect(byByte).not.toHaveBeenCalled();
  byByte.mockRestore();
  expect((await paths()).at(-1)).toBe('b.ts');
});

it('an edit that is too long is not recorded', async () => {
  await recordEdit(store, edit('a.ts', 1, { lines: ['x'.repeat(70_000)] }));
  expect(existsSync(file)).toBe(false);
});

it('forgetting a file removes its edits and its part in others, and forgetting all empties the store', async () => {
  const recent = ['src/a.ts', 'src/b.ts'].map((path) => ({ path, line: 0, before: ['x'], after: ['y'] }));
  for (const path of ['src/A.ts', 'src/b.ts', 'src/c.ts']) await recordEdit(store, edit(path, 1, { recent }));
  await forgetRecordedEdits(store, 'src/a.ts');
  expect(await paths()).toEqual(['src/b.ts', 'src/c.ts']);
  expect(readFileSync(file, 'utf8')).not.toContain('a.ts');
  expect((await readRecordedEdits(store))[1]?.recent).toEqual(recent.slice(1));
  await forgetRecordedEdits(store);
  expect(readdirSync(store)).toEqual([]);
});

it.each([
  ['src/re\u0301sume\u0301.ts', 'src/r\u00e9sum\u00e9.ts'],
  ['src/r\u00e9sum\u00e9.ts', 'src/re\u0301sume\u0301.ts'],
])('a file is forgotten under its composed and decomposed name: %j', async (recorded, forgotten) => {
  const recent = [{ path: recorded, line: 0, before: ['x'], after: ['y'] }];
  await recordEdit(store, edit(recorded, 1));
  await recordEdit(store, edit('src/b.ts', 1, { recent }));
  await forgetRecordedEdits(store, forgotten);
  expect(await readRecordedEdits(store)).toMatchObject([{ path: 'src/b.ts', recent: [] }]);
  expect(await summaryOfRecorded(store)).toMatchObject({ edits: 1, files: 1 });
});

it.each([undefined, 'src/a.ts'])(
  'a temporary file that a killed window left is removed when forgetting: %s',
  async (path) => {
    await recordEdit(store, edit('src/b.ts', 1));
    writeFileSync(`${file}.0a1b2c3d-99999-0.tmp`, readFileSync(file, 'utf8').slice(0, 40));
    await forgetRecordedEdits(store, path);
    expect(readdirSync(store)).toEqual(path === undefined ? [] : ['recorded-edits.jsonl']);
  },
);

it('forgetting a file since some time keeps its earlier edits', async () => {
  const recent = [{ path: 'a.ts', line: 0, before: ['x'], after: ['y'] }];
  for (const [i, path] of ['a.ts', 'b.ts', 'a.ts', 'b.ts'].entries())
    await recordEdit(store, edit(path, i, { recent }));
  await forgetRecordedEdits(store, 'a.ts', 2);
  expect((await readRecordedEdits(store)).map(({ atMs, recent }) => [atMs, recent.length])).toEqual([
    [0, 1],
    [1, 1],
    [3, 0],
  ]);
});

it('an edit that is undone later is deleted, and others of the same lines stay', async () => {
  const one = edit('a.ts', 1);
  await recordEdit(store, one);
  await recordEdit(store, edit('a.ts', 2));
  await forgetUndone(store, { path: 'a.ts', ...one.change });
  await forgetUndone(store, { path: 'b.ts', ...one.change });
  expect((await readRecordedEdits(store)).map(({ atMs }) => atMs)).toEqual([2]);
});

it('a link in place of the file is not written through', async () => {
  const other = join(store, 'other');
  writeFileSync(other, '');
  symlinkSync(other, file);
  await expect(recordEdit(store, edit('a.ts', 1))).rejects.toThrow();
  expect(readFileSync(other, 'utf8')).toBe('');
});

it.skipIf(process.platform === 'win32').each([
  ['a pipe', () => execFileSync('mkfifo', [file])],
  ['a file of gigabytes', () => execFileSync('truncate', ['-s', '3G', file])],
])('%s in place of the file counts as empty and is replaced', async (_, make) => {
  make();
  expect(await summaryOfRecorded(store)).toMatchObject({ edits: 0 });
  await recordEdit(store, edit('a.ts', 1));
  expect(await paths()).toEqual(['a.ts']);
  expect(statSync(file).size).toBeLessThan(1000);
});

it.each([
  ['recorded', () => recordEdit(store, edit('a.ts', 1))],
  ['forgotten', () => forgetRecordedEdits(store)],
  ['forgotten by file', () => forgetRecordedEdits(store, 'a.ts')],
])('a folder in place of the file counts as empty, stays and is reported when edits are %s', async (_, work) => {
  mkdirSync(file);
  writeFileSync(join(file, 'kept'), '');
  expect(await summaryOfRecorded(store)).toMatchObject({ edits: 0 });
  await expect(work()).rejects.toThrow(`${file} is a folder, but recorded edits are kept in a file of that name.`);
  expect(readdirSync(file)).toEqual(['kept']);
});
