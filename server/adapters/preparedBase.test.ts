import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import type { ModelSummary } from '../models/inspect.ts';
import type { PromptOrder } from '../protocol/promptFormat.ts';
import { sha256File } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ABOUT, type AboutLayout, ADAPTER, layoutFolder } from '../tuning/layoutAdapters.ts';
import { isPrepared, PreparedBase, preparedBase, preparedWith } from './preparedBase.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, createReadStream: vi.fn(fs.createReadStream) };
});

const data = process.env['REPOTUNE_DATA'];
let folder: string;
let model: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-prepared-'));
  process.env['REPOTUNE_DATA'] = join(folder, 'data');
  model = join(folder, 'base.gguf');
  await writeFile(model, 'a base');
});
afterEach(async () => {
  if (data === undefined) delete process.env['REPOTUNE_DATA'];
  else process.env['REPOTUNE_DATA'] = data;
  await rm(folder, { recursive: true, force: true });
});

async function prepare(modelPath: string, order: PromptOrder = 'prefix-first'): Promise<string> {
  const baseSha256 = await sha256File(modelPath);
  const layout = layoutFolder(baseSha256);
  await mkdir(layout, { recursive: true });
  const adapter = join(layout, ADAPTER);
  await writeFile(adapter, 'an adapter');
  const about: AboutLayout = {
    format: 1,
    baseSha256,
    baseBytes: (await stat(modelPath)).size,
    adapterSha256: await sha256File(adapter),
    prompt: { order, repoTokens: false },
    steps: 40,
    tokens: 20_480,
  };
  await writeFile(join(layout, ABOUT), JSON.stringify(about));
  return adapter;
}

it('a prepared base has its adapter, and another base of the same size has none', async () => {
  expect(await preparedBase(model)).toBeNull();
  const path = await prepare(model);
  expect(await preparedBase(model)).toMatchObject({ path, scale: 1 });
  const other = join(folder, 'other.gguf');
  await writeFile(other, 'others');
  expect(await preparedBase(other)).toBeNull();
});

it('a repeated look reads neither the base nor its adapter', async () => {
  await prepare(model);
  vi.mocked(createReadStream).mockClear();
  const known = await preparedBase(model);
  expect(known).toMatchObject({ scale: 1 });
  expect(createReadStream).toHaveBeenCalled();
  vi.mocked(createReadStream).mockClear();
  expect(await preparedBase(model)).toEqual(known);
  expect(createReadStream).not.toHaveBeenCalled();
});

it('the bundled base needs no preparing: an adapter that is there for it does not serve', async () => {
  await prepare(bundledModelPath());
  expect(await preparedBase(bundledModelPath())).toBeNull();
});

it('an adapter prepared by another process is found at the next look, and dropped when deleted or damaged', async () => {
  let nowMs = 0;
  const prepared = new PreparedBase(
    () => model,
    () => nowMs,
    () => {},
  );
  expect(await prepared.current()).toBeNull();
  const path = await prepare(model);
  expect(await prepared.current()).toBeNull();
  nowMs = 5000;
  expect(await prepared.current()).toMatchObject({ path });
  await rm(join(path, '..'), { recursive: true });
  nowMs = 10_000;
  expect(await prepared.current()).toBeNull();
  await prepare(model);
  await writeFile(path, 'another one');
  nowMs = 15_000;
  expect(await prepared.current()).toBeNull();
});

it('returns the prepared adapter of the active base, and follows a switch at once', async () => {
  const other = join(folder, 'other.gguf');
  await writeFile(other, 'others');
  const path = await prepare(other);
  let inUse = model;
  const prepared = new PreparedBase(
    () => inUse,
    () => 0,
    () => {},
  );
  expect(await prepared.current()).toBeNull();
  inUse = other;
  expect(await prepared.current()).toMatchObject({ path });
  inUse = join(folder, 'gone.gguf');
  expect(await prepared.current()).toBeNull();
});

it.each([
  ['an adapter that does not fit is dropped', 'adapter-mismatch', true],
  ['an adapter whose engine died is kept', 'process-died', false],
] as const)('%s (%s)', async (_, code, refused) => {
  let nowMs = 0;
  const prepared = new PreparedBase(
    () => model,
    () => nowMs,
    () => {},
  );
  await prepare(model);
  const known = await prepared.current();
  expect(prepared.refuse({ id: 'of a repository' }, new EngineError(code, 'no'))).toBe(false);
  expect(prepared.refuse(known!, new EngineError(code, 'no'))).toBe(refused);
  nowMs = 5000;
  expect(await prepared.current()).toEqual(refused ? null : known);
});

it('a change by another process is reported, and a switch of the base is not', async () => {
  const other = join(folder, 'other.gguf');
  await writeFile(other, 'others');
  const told = vi.fn();
  let [inUse, nowMs] = [model, 0];
  const prepared = new PreparedBase(
    () => inUse,
    () => nowMs,
    told,
  );
  const look = async (): Promise<number> => {
    nowMs += 5000;
    await prepared.current();
    return told.mock.calls.length;
  };
  expect(await look()).toBe(0);
  await prepare(model);
  expect(await look()).toBe(1);
  expect(await look()).toBe(1);
  inUse = other;
  expect(await look()).toBe(1);
  inUse = model;
  expect(await look()).toBe(1);
  await rm(layoutFolder(await sha256File(model)), { recursive: true });
  expect(await look()).toBe(2);
  await prepare(model);
  prepared.forget();
  expect(await look()).toBe(2);
});

it('an adapter prepared just now is found at once after forget()', async () => {
  const prepared = new PreparedBase(
    () => model,
    () => 0,
    () => {},
  );
  expect(await prepared.current()).toBeNull();
  await prepare(model);
  prepared.forget();
  expect(await prepared.current()).not.toBeNull();
});

it('where a base is asked suffix-first, what was made for reports does not complete', async () => {
  const path = await prepare(model, 'suffix-first');
  expect(await preparedWith(model)).toMatchObject({ path });
  expect(await preparedBase(model)).toBeNull();
  const prepared = new PreparedBase(
    () => model,
    () => 0,
    () => {},
  );
  expect(await prepared.current()).toBeNull();
});

it('isPrepared answers only for bases that can be prepared, and gain by it', async () => {
  const about = { path: model, architecture: 'llama', fillInTheMiddle: true, promptOrder: null } as ModelSummary;
  const coder = { ...about, architecture: 'qwen2' };
  expect(await isPrepared(coder)).toBeNull();
  expect(await isPrepared({ ...coder, promptOrder: 'prefix-first' })).toBe(false);
  expect(await isPrepared(about)).toBe(false);
  await prepare(model);
  expect(await isPrepared(about)).toBe(true);
  expect(await isPrepared({ ...about, architecture: 'mamba' })).toBeNull();
  expect(await isPrepared({ ...about, fillInTheMiddle: false })).toBeNull();
  await prepare(bundledModelPath());
  expect(await isPrepared({ ...about, path: bundledModelPath() })).toBeNull();
});
