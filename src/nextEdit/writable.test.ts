import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Writable } from './writable.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-writable-'));
  path = join(folder, 'a.ts');
  writeFileSync(path, 'x');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a read-only file becomes writable when its permissions change', async () => {
  const writable = new Writable();
  chmodSync(path, 0o444);
  expect(await writable.is(path)).toBe(false);
  chmodSync(path, 0o644);
  expect(await writable.is(path)).toBe(true);
});

test('a missing file becomes writable once it exists again', async () => {
  const writable = new Writable();
  rmSync(path);
  expect(await writable.is(path)).toBe(false);
  writeFileSync(path, 'x');
  expect(await writable.is(path)).toBe(true);
});

test('a writable file is looked up once per visit', async () => {
  const writable = new Writable();
  expect(await writable.is(path)).toBe(true);
  chmodSync(path, 0o444);
  expect(await writable.is(path)).toBe(true);
  await writable.is(join(folder, 'other.ts'));
  expect(await writable.is(path)).toBe(false);
});
