import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { catalogue } from '../models/catalogue.ts';
import { ModelLibrary } from '../models/library.ts';
import type { Hardware } from '../models/recommend.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { baseOffer } from './baseOffer.ts';

const laptop: Hardware = {
  totalMemoryBytes: 16e9,
  availableMemoryBytes: 9e9,
  speed: 'measured',
  bytesPerSecond: 20e9,
  blockOverheadMs: 0.05,
  operationsPerSecond: 200e9,
  devices: [],
};
const [smallest] = catalogue;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-offer-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const offered = (hardware: Hardware = laptop, minutes = 5, modelPath = bundledModelPath()) =>
  baseOffer({
    library: new ModelLibrary({ folder, bundled: bundledModelPath(), ollamaFolders: [] }),
    modelPath,
    minutes: () => minutes,
    measure: async () => hardware,
  });

test('offers the base that suits the machine, with what it takes, when the bundled base is in use', async () => {
  expect(await offered()).toMatchObject({
    kind: 'offer',
    id: smallest.id,
    path: null,
    fileBytes: smallest.fileBytes,
    partBytes: 0,
    license: 'Apache-2.0',
    host: 'huggingface.co',
    device: 'the CPU',
    tokensPerSecond: expect.closeTo(36, 0),
  });
});

test.each([
  ['another base is in use', laptop, '/models/own.gguf'],
  ['the machine is too slow for any', { ...laptop, bytesPerSecond: 4e9 }, undefined],
  ['there is no memory for any', { ...laptop, availableMemoryBytes: 0.3e9 }, undefined],
])('offers nothing where %s', async (_, hardware, modelPath) => {
  expect(await offered(hardware, 5, modelPath ?? bundledModelPath())).toEqual({ kind: 'none' });
});

test('does not measure the machine where another base is in use', async () => {
  const measure = vi.fn();
  await baseOffer({
    library: new ModelLibrary({ folder, bundled: null, ollamaFolders: [] }),
    modelPath: '/own.gguf',
    minutes: () => 5,
    measure,
  });
  expect(measure).not.toHaveBeenCalled();
});

test("the offered minutes scale with the processor's speed, and are never fewer than asked for", async () => {
  const minutesOf = async (operationsPerSecond: number, minutes = 1): Promise<number> => {
    const offer = await offered({ ...laptop, operationsPerSecond }, minutes);
    return offer.kind === 'offer' ? offer.minutes : Number.NaN;
  };
  const [slow, fast] = [await minutesOf(50e9), await minutesOf(100e9)];
  expect(slow / fast).toBeGreaterThan(1.9);
  expect(slow / fast).toBeLessThan(2.1);
  expect(await minutesOf(1e15, 20)).toBe(20);
});

test('the offered minutes are those of a run on the offered base, not on the bundled one', async () => {
  const minutes = vi.fn(() => 30);
  const library = new ModelLibrary({ folder, bundled: bundledModelPath(), ollamaFolders: [] });
  const measure = async () => ({ ...laptop, operationsPerSecond: 1e15 });
  const offer = await baseOffer({ library, modelPath: bundledModelPath(), minutes, measure });
  expect(offer).toMatchObject({ id: smallest.id, minutes: 30 });
  expect(minutes.mock.calls).toEqual([[smallest.parameters]]);
});

test('reports how much has arrived, and offers a complete file by its path', async () => {
  await writeFile(join(folder, `${smallest.file}.part`), 'half');
  expect(await offered()).toMatchObject({ path: null, partBytes: 4 });
  await writeFile(join(folder, smallest.file), 'not a model');
  expect(await offered()).toMatchObject({ path: null });
  await copyFile(bundledModelPath(), join(folder, smallest.file));
  expect(await offered()).toMatchObject({ path: join(folder, smallest.file) });
});

test('names the mirror of the environment as the host', async () => {
  vi.stubEnv('HF_ENDPOINT', 'https://mirror.example:8080/');
  expect(await offered()).toMatchObject({ host: 'mirror.example:8080' });
});
