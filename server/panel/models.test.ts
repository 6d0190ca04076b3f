import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { catalogue } from '../models/catalogue.ts';
import { ModelLibrary } from '../models/library.ts';
import type { Hardware } from '../models/recommend.ts';
import { startHub } from '../models/testing.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { getModel, modelChoices, removeModel } from './models.ts';

const slow: Hardware = {
  totalMemoryBytes: 16e9,
  availableMemoryBytes: 8e9,
  speed: 'measured',
  bytesPerSecond: 5e9,
  blockOverheadMs: 0.1,
  operationsPerSecond: 50e9,
  devices: [],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-models-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A GGUF model with one F32 weight that states its architecture and nothing else. */
function oneWeight(): Buffer {
  const int32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  const int64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
  const text = (value: string): Buffer => Buffer.concat([int64(value.length), Buffer.from(value)]);
  const tensor = [text('w'), int32(1), int64(1), int32(0), int64(0)];
  const metadata = [text('general.architecture'), int32(8), text('llama')];
  const header = [Buffer.from('GGUF'), int32(3), int64(1), int64(1)];
  return Buffer.concat([...header, ...metadata, ...tensor, Buffer.alloc(64)]);
}

const library = () => new ModelLibrary({ folder, bundled: bundledModelPath(), ollamaFolders: [] });

test('lists the bundled base first, as in use and too small for daily work', async () => {
  const { models } = await modelChoices(library(), slow, bundledModelPath());
  expect(models[0]).toMatchObject({ origin: 'bundled', current: true, problem: '' });
  expect(models[0]!.detail).toContain('too small for daily work');
});

test('lists the file in use, which is no download, by its name with where it is', async () => {
  const path = join(folder, 'elsewhere', 'my own.gguf');
  await mkdir(join(folder, 'elsewhere'));
  await copyFile(bundledModelPath(), path);
  const { models } = await modelChoices(library(), slow, path);
  expect(models.filter(({ current }) => current)).toMatchObject([
    { title: models[0]!.title, origin: 'file', path, problem: '' },
  ]);
});

test('lists a model that is not downloaded without a path, with its licence and size', async () => {
  const { models } = await modelChoices(library(), slow, bundledModelPath());
  const coder = models.find(({ id }) => id === 'qwen2.5-coder-0.5b');
  expect(coder).toMatchObject({ origin: 'catalogue', path: null, license: 'Apache-2.0' });
  expect(coder!.fileBytes).toBeGreaterThan(400e6);
});

test.each([
  ['bundled', 'F16, fills in the middle'],
  ['qwen2.5-coder-0.5b', 'Q8_0, fills in the middle'],
  ['qwen3-0.6b', 'Q8_0, needs an adapter to fill in the middle'],
  // Too large for this machine, but described all the same.
  ['qwen2.5-coder-7b', 'Q8_0, fills in the middle'],
])('the line of %s states its weights and whether it fills in the middle: %s', async (id, said) => {
  const { models } = await modelChoices(library(), slow, bundledModelPath());
  expect(models.find((model) => model.id === id)?.detail).toContain(said);
});

test('describes a file of unknown origin only by what its header says', async () => {
  await writeFile(join(folder, 'own.gguf'), oneWeight());
  const { models } = await modelChoices(library(), slow, bundledModelPath());
  expect(models.find(({ id }) => id === 'own.gguf')).toMatchObject({
    problem: '',
    detail: 'F32, fill-in-the-middle not stated; llama, 0 M parameters',
  });
});

test('lists an unfinished download of the catalogue, which can be deleted', async () => {
  const { id, file } = catalogue[0];
  await writeFile(join(folder, `${file}.part`), 'half');
  const partOf = async () =>
    (await modelChoices(library(), slow, bundledModelPath())).models.find((model) => model.id === id)?.partBytes;
  expect(await partOf()).toBe(4);
  expect(await removeModel(library(), id, bundledModelPath())).toEqual({ kind: 'removed', bytes: 4 });
  expect(await partOf()).toBe(0);
});

test('exactly one model is recommended, with the reason', async () => {
  const { models, recommendation } = await modelChoices(library(), slow, bundledModelPath());
  expect(models.filter(({ recommended }) => recommended)).toHaveLength(1);
  expect(recommendation.length).toBeGreaterThan(20);
});

test('lists a file in the models folder that is not a model, with its problem', async () => {
  await writeFile(join(folder, 'broken.gguf'), 'not a model');
  const { models } = await modelChoices(library(), slow, bundledModelPath());
  expect(models.find(({ id }) => id === 'broken.gguf')?.problem).toMatch(/is not a GGUF file/);
});

test('deletes a download, but not the bundled base, and neither deletes nor downloads an unknown name', async () => {
  const current = bundledModelPath();
  expect(await removeModel(library(), 'broken.gguf', current)).toEqual({ kind: 'removed', bytes: 11 });
  expect(await removeModel(library(), 'bundled', '')).toEqual({
    kind: 'failed',
    message: 'bundled was not downloaded by Repotune (bundled), so it is not deleted.',
  });
  const before = await readdir(folder);
  expect(await removeModel(library(), 'no-such-model', current)).toEqual({
    kind: 'failed',
    message: expect.stringContaining('There is no downloaded model no-such-model.'),
  });
  expect(await getModel(library(), 'no-such-model', () => {}, new AbortController().signal, {})).toEqual({
    kind: 'failed',
    message: 'There is no model no-such-model in the catalogue.',
  });
  expect(await readdir(folder)).toEqual(before);
});

test('lists an unfinished download of the hub, which can be deleted', async () => {
  await writeFile(join(folder, 'team--model--coder.gguf.part'), 'half');
  const listed = async () =>
    (await modelChoices(library(), slow, bundledModelPath())).models.find(({ id }) => id === 'team/model/coder.gguf');
  expect(await listed()).toMatchObject({ path: null, partBytes: 4, origin: 'catalogue' });
  expect(await removeModel(library(), 'team/model/coder.gguf', bundledModelPath())).toEqual({
    kind: 'removed',
    bytes: 4,
  });
  expect(await listed()).toBeUndefined();
});

test('the base in use is not deleted under its name on the hub', async () => {
  const path = join(folder, 'team--model--coder.gguf');
  await copyFile(bundledModelPath(), path);
  expect(await removeModel(library(), 'team/model/coder.gguf', path)).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('in use'),
  });
  expect(await removeModel(library(), 'team/model/coder.gguf', '')).toMatchObject({ kind: 'removed' });
});

test('reports a downloaded model that cannot be used', async () => {
  const content = Buffer.from(oneWeight().toString('latin1').replace('llama', 'mamba'), 'latin1');
  const hub = await startHub({ repository: 'team/other', file: 'other.gguf', content });
  vi.stubEnv('HF_ENDPOINT', hub.url);
  const answer = await getModel(library(), 'team/other/other.gguf', () => {}, new AbortController().signal, {});
  expect(answer).toMatchObject({ kind: 'failed', message: expect.stringMatching(/cannot be used.*mamba/) });
  vi.unstubAllEnvs();
  await hub.close();
  expect(await removeModel(library(), 'team/other/other.gguf', '')).toMatchObject({ kind: 'removed' });
});
