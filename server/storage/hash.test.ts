import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sha256File, sha256OfModel } from './hash.ts';

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, createReadStream: vi.fn(fs.createReadStream) };
});

let folder: string;
let model: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-hash-'));
  model = join(folder, 'base.gguf');
  await writeFile(model, 'a base');
  vi.mocked(createReadStream).mockClear();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('concurrent requests read a model once, and it is read again only once it has changed', async () => {
  const hashes = await Promise.all([1, 2, 3].map(() => sha256OfModel(model)));
  expect(createReadStream).toHaveBeenCalledTimes(1);
  await writeFile(model, 'another base');
  hashes.push(await sha256OfModel(model));
  expect(createReadStream).toHaveBeenCalledTimes(2);
  expect(new Set(hashes).size).toBe(2);
  expect(hashes.at(-1)).toBe(await sha256File(model));
});

it('a failed read is not cached', async () => {
  vi.mocked(createReadStream).mockImplementationOnce(() => {
    throw new Error('a disk that fails');
  });
  await expect(sha256OfModel(model)).rejects.toThrow('a disk that fails');
  expect(await sha256OfModel(model)).toBe(await sha256File(model));
});
