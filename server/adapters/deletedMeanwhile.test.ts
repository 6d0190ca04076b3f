import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AdapterStore } from './store.ts';
import { manifestFor } from './testing.ts';

/** What another window does before a manifest is read. */
let meanwhile: (id: string) => Promise<void> = async () => {};
vi.mock('./readManifest.ts', async (original) => {
  const real = await original<typeof import('./readManifest.ts')>();
  const readManifest: typeof real.readManifest = async (versions, id) => {
    await meanwhile(id);
    return await real.readManifest(versions, id);
  };
  return { ...real, readManifest };
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'repotune-store-'));
  vi.stubEnv('REPOTUNE_DATA', join(dir, 'data'));
});
afterEach(() => {
  meanwhile = async () => {};
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

it('a version that another window deletes while the list is read is not listed as damaged; one that lost its files is', async () => {
  const store = new AdapterStore(join(dir, 'store'));
  const adapterFile = join(dir, 'new.gguf');
  writeFileSync(adapterFile, 'weights');
  for (const id of ['deleted', 'emptied', 'kept'])
    await store.add({ manifest: await manifestFor(id, adapterFile), adapterFile, report: {} });
  rmSync(join(store.dir, 'versions', 'emptied', 'manifest.json'));
  meanwhile = async (id) => {
    if (id === 'deleted') await new AdapterStore(store.dir).remove(id);
  };
  const { adapters, damaged } = await store.list();
  expect([adapters.map(({ id }) => id), damaged.map(({ id }) => id)]).toEqual([['kept'], ['emptied']]);
});
