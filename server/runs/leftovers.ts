/** The next start clears up what a process that was killed has left: source code among it, and adapters that were to be deleted. */
import { lstat, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clearHalfVersions } from '../adapters/leftovers.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { clearShared } from '../sharing/leftovers.ts';
import { clearTemporaryFiles } from '../storage/leftovers.ts';
import { takeLock } from '../storage/lock.ts';
import { dataFolder } from '../storage/paths.ts';
import { clearScratch } from '../storage/scratch.ts';
import { clearHalfLayouts } from '../tuning/layoutAdapters.ts';

/** Folders in which files are written aside. */
const WRITTEN = ['.', 'judgements', 'lessons'] as const;
/** In the folder of a run that is kept until the next one: its message names it. */
const KEPT = 'kept';

/** What lies outside of any repository. */
export async function clearOwnFolders(): Promise<void> {
  await clearScratch();
  await clearTemporaryFiles(dataFolder());
  await clearHalfLayouts();
}

/** The store of the repository that `folder` lies in; nothing is made where there is none. @throws as `storeLocation` does. */
export async function clearStore(folder: string): Promise<void> {
  const dir = await storeLocation(folder);
  // What is looked at from here on is a folder of the user's own without a link in it.
  if (!(await lstat(dir).catch(() => null))?.isDirectory()) return;
  for (const name of WRITTEN) await clearTemporaryFiles(join(dir, name));
  await clearHalfVersions(dir);
  await clearShared(dir);
  await clearRuns(dir);
}

export function runsOf(storeDir: string): string {
  return join(storeDir, 'runs');
}

export function tuneLockOf(storeDir: string): string {
  return join(storeDir, 'tune.lock');
}

/** The run's folder outlives it, until the next tune. */
export async function keepRun(runDir: string): Promise<void> {
  // On a full disk it is the next start's to delete.
  await writeFile(join(runDir, KEPT), '').catch(() => {});
}

async function clearRuns(storeDir: string): Promise<void> {
  const left = async (): Promise<string[]> => {
    const dirs = (await readdir(runsOf(storeDir)).catch(() => [])).map((name) => join(runsOf(storeDir), name));
    const kept = await Promise.all(dirs.map((dir) => lstat(join(dir, KEPT)).catch(() => null)));
    return dirs.filter((_, at) => kept[at] === null);
  };
  if ((await left()).length === 0) return;
  const lock = await takeLock(tuneLockOf(storeDir), 'clearing up');
  if (lock.kind === 'busy') return;
  try {
    for (const dir of await left()) await rm(dir, { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}
