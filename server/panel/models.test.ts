import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelLibrary } from '../models/library.ts';
import type { Hardware } from '../models/recommend.ts';
import { bundledModelPath } from '../paths.ts';
import { getModel, modelChoices, removeModel } from './models.ts';

const slow: Hardware = {
  totalMemoryBytes: 16e9,
  availableMemoryBytes: 8e9,
  deviceMemoryBytes: null,
  bytesPerSecond: 5e9,
  blockOverheadMs: 0.1,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-models-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const library = () => new ModelLibrary({ folder, bundled: bundledModelPath(), ollamaFolders: [] });

test('the bundled base is offered first, in use, and called very small', async () => {
  const { models } = await modelChoices(library(), slow, bundledModelPath());
  expect(models[0]).toMatchObject({ origin: 'bundled', current: true, problem: '' });
  expect(models[0]!.detail).toContain('very small');
});

test('what is not here yet has no path, and its licence and size are told', async () => {
  const { models } = await modelChoices(library(), slow, bundledModelPath());
  const coder = models.find(({ id }) => id === 'qwen2.5-coder-0.5b');
  expect(coder).toMatchObject({ origin: 'catalogue', path: null, license: 'Apache-2.0' });
  expect(coder!.fileBytes).toBeGreaterThan(400e6);
});

test('exactly one model is recommended, with the reason', async () => {
  const { models, recommendation } = await modelChoices(library(), slow, bundledModelPath());
  expect(models.filter(({ recommended }) => recommended)).toHaveLength(1);
  expect(recommendation.length).toBeGreaterThan(20);
});

test('a file in the models folder that is no model is listed with its problem', async () => {
  await writeFile(join(folder, 'broken.gguf'), 'not a model');
  const { models } = await modelChoices(library(), slow, bundledModelPath());
  expect(models.find(({ id }) => id === 'broken.gguf')?.problem).not.toBe('');
});

test('downloads can be deleted, the bundled base and unknown names cannot', async () => {
  expect(await removeModel(library(), 'broken.gguf')).toEqual({ kind: 'removed', bytes: 11 });
  expect(await removeModel(library(), 'bundled')).toMatchObject({ kind: 'failed' });
  expect(await getModel(library(), 'no-such-model', () => {}, new AbortController().signal, undefined)).toMatchObject({
    kind: 'failed',
  });
});
