/** What a folder's former store held that its repository's store had as well: kept for a while, in case it is missed. */
import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder } from '../storage/paths.ts';
import { removeAll } from '../storage/patient.ts';

/** Behind the name of a store outside git: see `storeLocation.ts`. */
const NAME = /-[0-9a-f]{12}-before-git-[0-9a-f]{8}$/;
const KEPT_MS = 90 * 24 * 3600 * 1000;

/** Out of the way of the next look-up. */
export async function setAside(store: string): Promise<void> {
  await rename(store, `${store}-before-git-${randomUUID().slice(0, 8)}`);
}

/** Deletes what was set aside months ago. Follows no link. */
export async function clearSetAside(nowMs: number, data = dataFolder()): Promise<void> {
  const folders = join(data, 'folders');
  const names = await readdir(folders).catch(() => []);
  for (const path of names.filter((name) => NAME.test(name)).map((name) => join(folders, name))) {
    const info = await lstat(path).catch(() => null);
    // Its time is that of its setting aside, which took locks in it.
    if (info?.isDirectory() && nowMs - info.mtimeMs > KEPT_MS) await removeAll(path).catch(() => {});
  }
}
