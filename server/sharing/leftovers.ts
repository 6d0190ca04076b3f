/**
 * What sharing leaves in a store: scratch folders of killed processes, and, in the private repository, which is a cache, objects of deleted
 * adapters.
 */
import { lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from '../storage/lock.ts';
import { removeAll } from '../storage/patient.ts';

/** While this file exists, the private repository contains something deleted. */
const OUTDATED = 'share.outdated';

export function privateRepositoryOf(storeDir: string): string {
  return join(storeDir, 'share.git');
}

export function shareLockOf(storeDir: string): string {
  return join(storeDir, 'share.lock');
}

/** Called before a version is deleted, so that this process or the next also deletes what was shared of it. */
export async function markOutdated(storeDir: string): Promise<void> {
  if ((await lstat(privateRepositoryOf(storeDir)).catch(() => null)) === null) return;
  await writeFile(join(storeDir, OUTDATED), '');
}

/** Deletes it all, unless another process is sharing: that one does so before it shares again. */
export async function clearShared(storeDir: string): Promise<void> {
  if ((await leftIn(storeDir)).length === 0) return;
  const lock = await takeLock(shareLockOf(storeDir), 'clearing up');
  if (lock.kind === 'busy') return;
  try {
    await clearLocked(storeDir);
  } finally {
    await lock.release();
  }
}

/** The caller holds the lock on sharing. */
export async function clearLocked(storeDir: string): Promise<void> {
  const left = await leftIn(storeDir);
  if (left.includes(OUTDATED)) await removeAll(privateRepositoryOf(storeDir));
  // The mark last: it means that something is left to do.
  for (const name of left.sort((a, b) => Number(a === OUTDATED) - Number(b === OUTDATED)))
    await removeAll(join(storeDir, name));
}

async function leftIn(storeDir: string): Promise<string[]> {
  const names = await readdir(storeDir).catch(() => []);
  return names.filter((name) => name === 'pulling' || name === OUTDATED || name.startsWith('.publishing-'));
}
