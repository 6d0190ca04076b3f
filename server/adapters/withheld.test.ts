import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readState } from './state.ts';
import { AdapterStore } from './store.ts';
import { adapterGguf, manifestFor } from './testing.ts';

let dir: string;
let store: AdapterStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'repotune-withheld-'));
  store = new AdapterStore(join(dir, 'store'));
  const adapterFile = join(dir, 'new.gguf');
  const targets = [{ name: 'blk.0.attn_q.weight', in: 16, out: 32 }];
  await writeFile(adapterFile, adapterGguf({ targets, rank: 16, alpha: 16 }));
  for (const id of ['one', 'two']) {
    await store.add({ manifest: await manifestFor(id, adapterFile), adapterFile, report: {} });
    await store.activate(id, 'test');
  }
});
afterEach(() => rm(dir, { recursive: true }));

/** While a folder is out of reach, as on a network drive that is gone for a moment, a file in its place gives the same kind of error. */
async function without(folder: string, work: () => Promise<void>): Promise<void> {
  const path = join(store.dir, folder);
  await rename(path, join(dir, 'away'));
  await writeFile(path, '');
  await work();
  await rm(path);
  await rename(join(dir, 'away'), path);
}

it('versions that are out of reach are not taken for deleted: rolling back keeps what served before', async () => {
  const before = await readState(store.dir);
  await without('versions', async () => {
    await expect(store.list()).rejects.toThrow(/ENOTDIR/);
    await expect(store.rollBack()).rejects.toThrow(/ENOTDIR/);
  });
  expect(await readState(store.dir)).toEqual(before);
  expect(await store.rollBack()).toBe('one');
});

it('a version whose seal is out of reach is not called another machine’s', async () => {
  await without('judgements', async () => {
    const { adapters, damaged } = await store.list();
    expect(adapters).toEqual([]);
    expect(damaged.map(({ problem }) => problem)).toEqual(
      Array(2).fill(expect.stringMatching(/seal cannot exist: a part of that path is a file/)),
    );
  });
  expect(await store.active()).toMatchObject({ id: 'two', sealed: true });
});
