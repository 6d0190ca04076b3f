/** Versions that were being added to a store, or removed, when their process was killed. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock, withLock } from '../storage/lock.ts';
import { removeAll } from '../storage/patient.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';

/** A version is copied and flushed: that can take a while on a slow disk. */
const WAIT_MS = 60_000;

export function versionsOf(storeDir: string): string {
  return join(storeDir, 'versions');
}

export function incomingName(id: string): string {
  return `.incoming-${id}`;
}

export function deletedName(id: string): string {
  return `.deleted-${id}`;
}

const NAME = /^\.(?:incoming|deleted)-/;

/** Runs `work`, which adds or removes versions, under a lock across processes. */
export async function changingVersions<T>(storeDir: string, purpose: string, work: () => Promise<T>): Promise<T> {
  await makeStoreFolder(storeDir);
  return await withLock(lockOf(storeDir), purpose, work, WAIT_MS);
}

/** Deletes partial versions. The caller holds the lock, so none of them is in progress. */
export async function clearHalfVersions(storeDir: string): Promise<void> {
  const versions = versionsOf(storeDir);
  const left = async (): Promise<string[]> =>
    (await readdir(versions).catch(() => [])).filter((name) => NAME.test(name));
  if ((await left()).length === 0) return;
  const lock = await takeLock(lockOf(storeDir), 'clearing up');
  if (lock.kind === 'busy') return;
  try {
    // What is still held elsewhere is left to the next time.
    for (const name of await left()) await removeAll(join(versions, name)).catch(() => {});
  } finally {
    await lock.release();
  }
}

function lockOf(storeDir: string): string {
  return join(storeDir, 'versions.lock');
}
