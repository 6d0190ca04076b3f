/** Clears up at the next start what a killed process left behind: source code among it, and adapters due for deletion. */
import { lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clearHalfVersions } from '../adapters/leftovers.ts';
import { clearSetAside } from '../git/setAside.ts';
import { storeLocation } from '../git/storeLocation.ts';
import { clearShared } from '../sharing/leftovers.ts';
import { clearTemporaryFiles } from '../storage/leftovers.ts';
import { takeLock } from '../storage/lock.ts';
import { dataFolder } from '../storage/paths.ts';
import { removeAll } from '../storage/patient.ts';
import { clearScratch } from '../storage/scratch.ts';
import { clearHalfLayouts } from '../tuning/layoutAdapters.ts';
import { TRAINED } from '../tuning/trainRun.ts';
import { readAllInterrupted } from './resumeRecord.ts';

/** Folders with atomically written files, and so with temporary ones. */
const WRITTEN = ['.', 'judgements', 'lessons'] as const;
/** Marks a run's folder to be kept until the next one, because an error message refers to it. */
const KEPT = 'kept';

/** Clears what lies outside of any repository. */
export async function clearOwnFolders(): Promise<void> {
  await clearScratch();
  await clearTemporaryFiles(dataFolder());
  await clearHalfLayouts();
  await clearSetAside(Date.now());
}

/** Clears the store of the repository that `folder` lies in, without creating one. @throws as `storeLocation` does. */
export async function clearStore(folder: string): Promise<void> {
  const dir = await storeLocation(folder);
  // Past this check it is a real folder of the user's own, not a symbolic link.
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

/** Keeps the run's folder until the next tune. */
export async function keepRun(runDir: string): Promise<void> {
  await writeFile(join(runDir, KEPT), '').catch(() => {});
}

/** The folders of runs in a store: of the one under way, of interrupted ones, and what else is left. */
export async function runFolders(storeDir: string): Promise<string[]> {
  return (await readdir(runsOf(storeDir)).catch(() => [])).map((name) => join(runsOf(storeDir), name));
}

/** How long a run that can go on waits to be continued, and one that could not be marked to be kept. */
const MOST_WAIT_MS = 14 * 24 * 3600 * 1000;

/**
 * Whether the run was to be kept: by its mark, or by an adapter that has only lately been trained. Where the disk was full or had become
 * read-only, nothing could be marked, and a message says that the adapter is there until the next tune.
 */
async function isKept(runDir: string): Promise<boolean> {
  if ((await lstat(join(runDir, KEPT)).catch(() => null)) !== null) return true;
  const trained = await lstat(join(runDir, TRAINED)).catch(() => null);
  return trained?.isFile() === true && Math.abs(Date.now() - trained.mtimeMs) < MOST_WAIT_MS;
}

async function clearRuns(storeDir: string): Promise<void> {
  const left = async (): Promise<string[]> => {
    const dirs = await runFolders(storeDir);
    const waits = (await readAllInterrupted(dirs)).filter(
      ({ savedAtMs }) => Math.abs(Date.now() - savedAtMs) < MOST_WAIT_MS,
    );
    const goOn = new Set(waits.map(({ runDir }) => runDir));
    const kept = await Promise.all(dirs.map(async (dir) => goOn.has(dir) || (await isKept(dir))));
    return dirs.filter((_, at) => !kept[at]);
  };
  if ((await left()).length === 0) return;
  const lock = await takeLock(tuneLockOf(storeDir), 'clearing up');
  if (lock.kind === 'busy') return;
  try {
    for (const dir of await left()) await removeAll(dir);
  } finally {
    await lock.release();
  }
}
