import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Speed } from './cpuSpeed.ts';
import { processorKey, withKept } from './keptSpeed.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-speed-'));
  path = join(folder, 'data', 'speed.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const idle: Speed = { speed: 'measured', bytesPerSecond: 20e9, blockOverheadMs: 0.05, operationsPerSecond: 1e11 };
const busy: Speed = { speed: 'measured', bytesPerSecond: 5e9, blockOverheadMs: 0.4, operationsPerSecond: 1e10 };

it('a slower measurement does not replace a faster one', async () => {
  expect(await withKept(busy, path)).toEqual(busy);
  expect(await withKept(idle, path)).toEqual(idle);
  expect(await withKept(busy, path)).toEqual(idle);
});

it('an earlier measurement replaces an assumed speed', async () => {
  const assumed: Speed = { ...idle, speed: 'assumed', bytesPerSecond: 1e9 };
  expect(await withKept(assumed, path)).toEqual(assumed);
  await withKept(busy, path);
  expect(await withKept(assumed, path)).toEqual(busy);
});

it('speeds are kept per processor, and a damaged file is ignored', async () => {
  await withKept(busy, path);
  const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
  expect(Object.keys(kept as object)).toEqual([processorKey()]);
  await writeFile(path, JSON.stringify({ 'another processor': idle }));
  expect(await withKept(busy, path)).toEqual(busy);
  await writeFile(path, '{"half');
  expect(await withKept(busy, path)).toEqual(busy);
});

it('an unwritable folder does not fail the measurement', async () => {
  await writeFile(join(folder, 'file'), '');
  expect(await withKept(idle, join(folder, 'file', 'speed.json'))).toEqual(idle);
});
