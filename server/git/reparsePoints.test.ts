/** Folders that OneDrive keeps: on Windows a listing calls all that is in them links, which the one here is made to do. */
import { type Dirent, mkdirSync, promises, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listFolder } from '../mining/listing.ts';
import { requireOwnStore } from './ownStore.ts';
import { ordinaryRepository, type Trap } from './testing.ts';

const asLinks = vi.hoisted(() => (list: (...asked: never[]) => Promise<unknown>) => async (...asked: never[]) => {
  const entries = (await list(...asked)) as Dirent[];
  const all = { isSymbolicLink: () => true, isDirectory: () => false, isFile: () => false };
  return entries.map((entry) => (typeof entry === 'string' ? entry : Object.assign(entry, all)));
});
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  return { ...fs, readdir: vi.fn(asLinks(fs.readdir as never)) };
});

let trap: Trap;
beforeEach(() => {
  trap = ordinaryRepository(1, 1);
  vi.spyOn(promises, 'readdir').mockImplementation(readdir as never);
});
afterEach(() => {
  vi.restoreAllMocks();
  trap[Symbol.dispose]();
});

it('a store that OneDrive keeps is used, and a link in it is refused all the same', async () => {
  const store = join(trap.dir, 'store');
  mkdirSync(join(store, 'versions', 'x'), { recursive: true });
  writeFileSync(join(store, 'versions', 'x', 'manifest.json'), '{}');
  await requireOwnStore(store);
  symlinkSync(trap.folder, join(store, 'versions', 'y'));
  await expect(requireOwnStore(store)).rejects.toThrow(/versions.y is a link/);
});

it('a folder that OneDrive keeps has files to learn from, and links are not followed', async () => {
  const folder = join(trap.dir, 'sources');
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'src', 'a.ts'), 'export const a = 1;\n');
  symlinkSync(trap.folder, join(folder, 'link'));
  expect((await listFolder(folder)).files).toEqual([{ path: 'link', reason: 'symbolic link' }, { path: 'src/a.ts' }]);
});
