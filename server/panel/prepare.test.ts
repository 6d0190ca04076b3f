import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RepotuneState } from '../protocol/index.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { bundledModelPath } from '../storage/paths.ts';
import { ABOUT, layoutFolder } from '../tuning/layoutAdapters.ts';
import { type PrepareDependencies, prepareRequests } from './prepare.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repotune-prepare-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const asking = { signal: new AbortController().signal, tell: () => {} };

function requests(parts: Partial<PrepareDependencies> = {}) {
  const prepare = vi.fn(async () => true);
  const { prepare: ask, prepareOffer } = prepareRequests({
    modelPath: () => join(folder, 'base.gguf'),
    device: () => 'cpu',
    measure: async () => ({ operationsPerSecond: 1e11 }),
    preparing: { prepare },
    endBackground: async () => {},
    isTuning: () => false,
    switched: async () => ({}) as RepotuneState,
    ...parts,
  });
  return { prepare, ask: () => ask({}, asking), offer: () => prepareOffer({}, asking) };
}

test('ends a background run to prepare a base, but refuses during a run that was asked for', async () => {
  let tuning: 'unasked' | 'asked' | 'no' = 'unasked';
  const { prepare, ask } = requests({
    endBackground: async () => {
      if (tuning === 'unasked') tuning = 'no';
    },
    isTuning: () => tuning !== 'no',
  });
  expect(await ask()).toEqual({ kind: 'prepared' });
  tuning = 'asked';
  expect(await ask()).toMatchObject({ kind: 'failed', message: expect.stringMatching(/A tune is running/) });
  expect(prepare).toHaveBeenCalledTimes(1);
});

test('offers nothing for a base that a newer release has prepared, and says why', async () => {
  vi.stubEnv('REPOTUNE_DATA', folder);
  const base = join(folder, 'base.gguf');
  await copyFile(bundledModelPath(), base);
  const { offer } = requests();
  expect(await offer()).toMatchObject({ kind: 'offer' });
  const prepared = layoutFolder(await sha256OfModel(base));
  await mkdir(prepared, { recursive: true });
  await writeFile(join(prepared, ABOUT), JSON.stringify({ format: 2 }));
  expect(await offer()).toEqual({ kind: 'none', message: expect.stringMatching(/about\.json was written by a newer/) });
  vi.unstubAllEnvs();
});

test('prepares the base on the device of the settings', async () => {
  const { prepare, ask } = requests();
  await ask();
  expect(prepare).toHaveBeenCalledWith(join(folder, 'base.gguf'), 'cpu', expect.anything(), asking.signal);
});
