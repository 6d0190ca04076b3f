/** Versions that were being added to a store, or removed, when their process was killed. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ADAPTER_ID } from '../protocol/manifest.ts';
import { takeLock, withLock } from '../storage/lock.ts';
import { removeAll } from '../storage/patient.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { forgetVersion } from './forgetVersion.ts';
import { forgetJudgement } from './standing.ts';

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

const NAME = /^\.(?<left>incoming|deleted)-(?<id>.*)$/;

/** Runs `work`, which adds or removes versions, under a lock across processes. */
export async function changingVersions<T>(storeDir: string, purpose: string, work: () => Promise<T>): Promise<T> {
  await makeStoreFolder(storeDir);
  return await withLock(lockOf(storeDir), purpose, work, WAIT_MS);
}

/**
 * Deletes what is left of a version that has lost its name. A file that another machine has open on a network drive stays until a later
 * clearing. The caller holds the lock.
 */
export async function endDeletion(storeDir: string, id: string): Promise<void> {
  const doomed = join(versionsOf(storeDir), deletedName(id));
  // On a full disk, nothing can be written before they are gone.
  for (const name of await readdir(doomed).catch(() => [])) await removeAll(join(doomed, name)).catch(() => {});
  if (!(await isThere(storeDir, id))) await forgetVersion(storeDir, id);
  // Last: as long as it is there, a deletion that a kill has ended is taken up.
  await removeAll(doomed).catch(() => {});
}

export async function isThere(storeDir: string, id: string): Promise<boolean> {
  return (await lstat(join(versionsOf(storeDir), id)).catch(() => null)) !== null;
}

/** What was being added had been sealed, and perhaps judged. */
async function endAddition(storeDir: string, id: string): Promise<void> {
  if (!(await isThere(storeDir, id))) await forgetJudgement(storeDir, id);
  await removeAll(join(versionsOf(storeDir), incomingName(id)));
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
    for (const name of await left()) {
      const { left: kind, id = '' } = NAME.exec(name)?.groups ?? {};
      const end = kind === 'deleted' ? endDeletion : endAddition;
      await (ADAPTER_ID.test(id) ? end(storeDir, id) : removeAll(join(versions, name))).catch(() => {});
    }
  } finally {
    await lock.release();
  }
}

function lockOf(storeDir: string): string {
  return join(storeDir, 'versions.lock');
}
