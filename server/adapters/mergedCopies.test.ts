/** A version's merged copies are deleted with it: those that the engine makes, and nobody else's. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundledEngine, request, trainedAdapter } from '../engine/testing.ts';
import { mergedModelsFolder } from '../storage/paths.ts';
import { AdapterStore } from './store.ts';
import { manifestFor } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'repotune-merged-'));
process.env['XDG_CACHE_HOME'] = join(folder, 'caches');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the copies of a base with an adapter merged into it go with the adapter', async () => {
  const store = new AdapterStore(join(folder, 'repotune'));
  const file = await trainedAdapter(folder, 'a', 'def f(x):\n    return Alpha(x)\n');
  await store.add({ manifest: await manifestFor('a-1', file), adapterFile: file, report: {} });
  const engine = await bundledEngine();
  await engine.complete({ ...request('def f(x):\n', '\n'), adapter: { id: 'a-1', path: file, scale: 1 } });
  await engine.dispose();
  expect(readdirSync(mergedModelsFolder())).toEqual([expect.stringMatching(/^a-1-[0-9a-f]{16}\.gguf$/)]);
  const others = ['a-1-2-0123456789abcdef.gguf', 'b-1-0123456789abcdef.gguf'];
  for (const name of others) writeFileSync(join(mergedModelsFolder(), name), '');
  await store.remove('a-1');
  expect(readdirSync(mergedModelsFolder()).sort()).toEqual(others);
});

test('an adapter is deleted where nothing was ever merged', async () => {
  process.env['XDG_CACHE_HOME'] = join(folder, 'no caches');
  mkdirSync(join(folder, 'other'));
  const store = new AdapterStore(join(folder, 'other', 'repotune'));
  const file = join(folder, 'a.gguf');
  await store.add({ manifest: await manifestFor('a-1', file), adapterFile: file, report: {} });
  await store.remove('a-1');
  expect((await store.list()).adapters).toEqual([]);
});
