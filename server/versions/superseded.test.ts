import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setRoute } from '../adapters/routes.ts';
import { AdapterStore } from '../adapters/store.ts';
import { adapterGguf, manifestFor } from '../adapters/testing.ts';
import { beginProbation } from '../adapters/useFile.ts';
import { clearSuperseded } from './superseded.ts';

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-superseded-'));
  store = new AdapterStore(join(dir, 'repotune'));
  const adapterFile = join(dir, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16 }));
  for (let day = 1; day <= 12; day++) {
    const createdAt = `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
    const manifest = await manifestFor(`v-${day}`, adapterFile, { createdAt });
    // The first was made by a person.
    const training = day === 1 ? manifest.training : { ...manifest.training, keptUp: true };
    await store.add({ manifest: { ...manifest, training }, adapterFile, report: {} });
  }
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('deletes kept-up versions but the newest, those in use, and those a person made or named', async () => {
  await store.activate('v-5', 'test');
  await store.activate('v-6', 'test');
  await beginProbation(store.dir, { version: 'v-6', before: 'v-4' }, 0);
  await setRoute(store.dir, { language: 'go', adapter: 'v-3' });
  await store.rename('v-2', 'the good one');
  expect(await clearSuperseded(store)).toEqual(['v-7']);
  const left = (await store.list()).adapters.map(({ id }) => id);
  expect(left).toEqual(['v-12', 'v-11', 'v-10', 'v-9', 'v-8', 'v-6', 'v-5', 'v-4', 'v-3', 'v-2', 'v-1']);
  expect(await clearSuperseded(store)).toEqual([]);
});

it('leaves versions from elsewhere, which somebody else kept up, and does not count them', async () => {
  const adapterFile = join(dir, 'new.gguf');
  const manifest = await manifestFor('theirs', adapterFile);
  const origin = { kind: 'pulled', from: 'Ada <ada@example.org>' } as const;
  for (const [id, createdAt] of [
    ['older', '2025-01-01T00:00:00.000Z'],
    ['newer', '2027-01-01T00:00:00.000Z'],
  ] as const) {
    const theirs = { ...manifest, id, createdAt, training: { ...manifest.training, keptUp: true } };
    await store.add({ manifest: theirs, adapterFile, report: {}, origin });
  }
  expect(await clearSuperseded(store)).toEqual(['v-7', 'v-6', 'v-5', 'v-4', 'v-3', 'v-2']);
  expect((await store.list()).adapters.map(({ id }) => id)).toEqual(expect.arrayContaining(['older', 'newer', 'v-8']));
});

it('what was shared of a deleted version is deleted too', async () => {
  const shared = join(store.dir, 'share.git');
  await mkdir(shared);
  await clearSuperseded(store);
  expect(existsSync(shared)).toBe(false);
  await mkdir(shared);
  expect(await clearSuperseded(store)).toEqual([]);
  expect(existsSync(shared)).toBe(true);
});

it.each<[string, () => Promise<void>, readonly string[]]>([
  // Then it is unknown what a route needs.
  ['routes cannot be read', () => writeFile(join(store.dir, 'routes.json'), 'damaged'), []],
  [
    'a version cannot be deleted',
    async () => void vi.spyOn(store, 'remove').mockRejectedValueOnce(new Error('EBUSY')),
    ['v-6', 'v-5', 'v-4', 'v-3', 'v-2'],
  ],
])('clearing does not fail when %s', async (_, damage, cleared) => {
  await damage();
  expect(await clearSuperseded(store)).toEqual(cleared);
});
