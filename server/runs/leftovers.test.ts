import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdapterStore } from '../adapters/store.ts';
import { takeLock } from '../storage/lock.ts';
import { AdapterService } from '../versions/adapterService.ts';
import { addVersion } from '../versions/testing.ts';
import { clearStore } from './leftovers.ts';

let folder: string;
let store: AdapterStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-left-'));
  execFileSync('git', ['init', '--quiet', folder]);
  store = await AdapterStore.of(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(...path: readonly string[]): void {
  mkdirSync(join(store.dir, ...path.slice(0, -1)), { recursive: true });
  writeFileSync(join(store.dir, ...path), 'source code');
}

/** What processes killed at the worst moment leave behind, by the lock that protects it while in use. */
const left: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'versions.lock': [
    ['versions', '.incoming-half', 'adapter.gguf'],
    ['versions', '.deleted-gone', 'adapter.gguf'],
  ],
  'share.lock': [
    ['pulling', 'x.gguf'],
    ['.publishing-a1B2c3', 'part'],
    ['share.git', 'objects', 'pack', 'pack-1.pack'],
  ],
  'tune.lock': [['runs', 'run-1', 'sequences.bin']],
};

it('clearing deletes what killed processes left of versions, sharing and runs, and nothing else', async () => {
  await addVersion(store, folder, { id: 'some-one', day: 1 });
  const stays = [...readdirSync(join(store.dir, 'versions', 'some-one')).map((name) => ['versions', 'some-one', name])];
  for (const path of Object.values(left).flat()) write(...path);
  write('runs', 'run-kept', 'checkpoint.json');
  write('runs', 'run-kept', 'kept');
  write('share.outdated');
  await clearStore(folder);
  const there = (path: readonly string[]): boolean => existsSync(join(store.dir, ...path));
  expect(Object.values(left).flat().filter(there)).toEqual([]);
  expect([...stays, ['runs', 'run-kept', 'checkpoint.json']].filter((path) => !there(path))).toEqual([]);
  expect(readdirSync(store.dir).filter((name) => /lock|outdated/.test(name))).toEqual([]);
});

it('what was trained in a store that could not be marked any more stays until the next tune, for two weeks', async () => {
  write('runs', 'run-1', 'adapter.gguf');
  write('runs', 'run-2', 'adapter.gguf');
  const old = new Date(Date.now() - 15 * 24 * 3600 * 1000);
  utimesSync(join(store.dir, 'runs', 'run-2', 'adapter.gguf'), old, old);
  await clearStore(folder);
  expect(readdirSync(join(store.dir, 'runs'))).toEqual(['run-1']);
});

it.each(Object.entries(left))('files under a held %s are cleared only after its release', async (name, paths) => {
  for (const path of paths) write(...path);
  if (name === 'share.lock') write('share.outdated');
  const lock = await takeLock(join(store.dir, name), 'a test');
  await clearStore(folder);
  expect(paths.filter((path) => !existsSync(join(store.dir, ...path)))).toEqual([]);
  if (lock.kind === 'taken') await lock.release();
  await clearStore(folder);
  expect(paths.filter((path) => existsSync(join(store.dir, ...path)))).toEqual([]);
});

it('the sharing cache is kept when it is not marked as outdated', async () => {
  write('share.git', 'HEAD');
  await clearStore(folder);
  expect(existsSync(join(store.dir, 'share.git', 'HEAD'))).toBe(true);
});

it('clearing makes no store where there is none, and refuses one that is a symlink', async () => {
  await clearStore(folder);
  expect(existsSync(store.dir)).toBe(false);
  const thesis = join(folder, 'thesis');
  mkdirSync(join(thesis, 'runs', 'run-1'), { recursive: true });
  symlinkSync(thesis, store.dir);
  await expect(clearStore(folder)).rejects.toThrow(/is a link/);
  expect(existsSync(join(thesis, 'runs', 'run-1'))).toBe(true);
});

it('deleting an adapter deletes the sharing cache, at the next start if sharing is under way', async () => {
  const service = await AdapterService.of(folder, {
    modelPath: () => '',
    lendServing: () => Promise.reject(new Error('Nothing here is measured.')),
    mineHeldOut: () => Promise.reject(new Error('Nothing here is measured.')),
    switchedBy: 'by command',
    nowMs: Date.now,
  });
  const sharedOf = (): boolean => existsSync(join(store.dir, 'share.git'));
  for (const busy of [false, true]) {
    await addVersion(store, folder, { id: 'some-one', day: 1 });
    write('share.git', 'objects', 'pack', 'pack-1.pack');
    const lock = busy ? await takeLock(join(store.dir, 'share.lock'), 'publishing') : null;
    await service.remove('some-one');
    expect(sharedOf()).toBe(busy);
    if (lock?.kind === 'taken') await lock.release();
    await clearStore(folder);
    expect(sharedOf()).toBe(false);
  }
});
