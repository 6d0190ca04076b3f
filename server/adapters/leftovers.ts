/** Versions that were on their way into a store, or out of it, when their process was killed. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock, withLock } from '../storage/lock.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';

/** A version is copied and flushed: that can take a while on a slow disk. */
const WAIT_MS = 60_000;

export function incomingName(id: string): string {
  return `.incoming-${id}`;
}

export function deletedName(id: string): string {
  return `.deleted-${id}`;
}

const NAME = /^\.(?:incoming|deleted)-/;

/** Runs `work`, which changes which versions there are, alone among all processes. */
export async function changingVersions<T>(storeDir: string, purpose: string, work: () => Promise<T>): Promise<T> {
  await makeStoreFolder(storeDir);
  return await withLock(lockOf(storeDir), purpose, work, WAIT_MS);
}

/** Deletes what is half a version. Whoever holds the lock is alone: none of it is under way. */
export async function clearHalfVersions(storeDir: string): Promise<void> {
  const versions = join(storeDir, 'versions');
  const left = async (): Promise<string[]> =>
    (await readdir(versions).catch(() => [])).filter((name) => NAME.test(name));
  if ((await left()).length === 0) return;
  const lock = await takeLock(lockOf(storeDir), 'clearing up');
  if (lock.kind === 'busy') return;
  try {
    for (const name of await left()) await rm(join(versions, name), { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}

function lockOf(storeDir: string): string {
  return join(storeDir, 'versions.lock');
}
