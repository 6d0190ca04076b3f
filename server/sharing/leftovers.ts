/**
 * What sharing leaves in a store: scratch folders of a process that was killed, and in the private repository, which is a cache, the
 * objects of adapters that were deleted since.
 */
import { lstat, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from '../storage/lock.ts';

/** While it is there, the private repository has something that was deleted. */
const OUTDATED = 'share.outdated';

export function privateRepositoryOf(storeDir: string): string {
  return join(storeDir, 'share.git');
}

export function shareLockOf(storeDir: string): string {
  return join(storeDir, 'share.lock');
}

/** Before a version is deleted: what is shared of it goes with it, by this process or by the next one. */
export async function markOutdated(storeDir: string): Promise<void> {
  if ((await lstat(privateRepositoryOf(storeDir)).catch(() => null)) === null) return;
  await writeFile(join(storeDir, OUTDATED), '');
}

/** Deletes it all, unless somebody is sharing now: they do so before they share again. */
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

/** The caller holds the lock under which no other process shares. */
export async function clearLocked(storeDir: string): Promise<void> {
  const left = await leftIn(storeDir);
  if (left.includes(OUTDATED)) await rm(privateRepositoryOf(storeDir), { recursive: true, force: true });
  // The mark last: it stands for what is still to be done.
  for (const name of left.sort((a, b) => Number(a === OUTDATED) - Number(b === OUTDATED)))
    await rm(join(storeDir, name), { recursive: true, force: true });
}

async function leftIn(storeDir: string): Promise<string[]> {
  const names = await readdir(storeDir).catch(() => []);
  return names.filter((name) => name === 'pulling' || name === OUTDATED || name.startsWith('.publishing-'));
}
