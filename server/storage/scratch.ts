/**
 * Folders in the system's temporary folder, each owned by the process that made it and deleted with it. A killed process cannot clean up,
 * and some folders contain a copy of source code, so the next process does.
 */
import { lstat, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileProblem } from './fileErrors.ts';
import { ownership, takeLock } from './lock.ts';
import { removeAll } from './patient.ts';

type Purpose = 'cut' | 'interchange' | 'run';

export interface ScratchFolder {
  /** Accessible only to its owner. */
  readonly dir: string;
  remove(): Promise<void>;
}

const NAME = /^repotune-(?:cut|interchange|run)-[A-Za-z0-9]{6}$/;
const OWNER = 'owner.lock';
/** Bytes of a path that a socket may have, on a Mac; Linux allows three more. */
const MOST_SOCKET_PATH = 103;
const WITHIN = '/repotune-run-a1B2c3/socket'.length;
/** One without an owner is just being made, or belongs to an earlier version, which may still be using it. */
const UNOWNED_MS = 3 * 24 * 3600 * 1000;

/** First deletes what killed processes left. */
export async function scratchFolder(purpose: Purpose): Promise<ScratchFolder> {
  const parent = parentFor(purpose);
  await clearScratch(parent);
  const dir = await mkdtemp(join(parent, `repotune-${purpose}-`)).catch((error: unknown) => {
    throw unusable(parent, error);
  });
  const lock = await takeLock(join(dir, OWNER), purpose);
  return {
    dir,
    remove: async () => {
      // Released first, since Windows cannot delete an open file.
      if (lock.kind === 'taken') await lock.release();
      await removeAll(dir);
    },
  };
}

/** A full disk is named as everywhere; anything else is about a folder that a variable names. */
function unusable(parent: string, error: unknown): unknown {
  if (fileProblem(error)?.kind === 'full') return error;
  const { code } = error as NodeJS.ErrnoException;
  return new Error(
    `Nothing can be put into the temporary folder ${parent} (${code}). Create it and let your user write there, or name another in TMPDIR (on Windows: TEMP).`,
    { cause: error },
  );
}

/** A run's folder holds its socket. Where a cluster gives every job a temporary folder, that may have a long path. */
function parentFor(purpose: Purpose): string {
  const parent = tmpdir();
  const isLong = Buffer.byteLength(parent) + WITHIN > MOST_SOCKET_PATH;
  return purpose === 'run' && isLong ? '/tmp' : parent;
}

/** Runs `work` in an empty folder, which is deleted afterwards. */
export async function withScratch<T>(purpose: Purpose, work: (dir: string) => Promise<T>): Promise<T> {
  const scratch = await scratchFolder(purpose);
  try {
    const files = join(scratch.dir, 'files');
    await mkdir(files);
    return await work(files);
  } finally {
    await scratch.remove();
  }
}

/** Deletes this user's scratch folders without a living owner, here or elsewhere. No link is followed. */
export async function clearScratch(parent: string = tmpdir()): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  // What cannot be checked or deleted now is left to the next start.
  const looks = names.filter((name) => NAME.test(name)).map((name) => clear(join(parent, name)).catch(() => {}));
  await Promise.all(looks);
}

async function clear(dir: string): Promise<void> {
  const info = await lstat(dir);
  if (!info.isDirectory() || (process.getuid !== undefined && info.uid !== process.getuid())) return;
  const owned = await ownership(join(dir, OWNER));
  if (owned === 'held' || (owned === 'none' && Date.now() - info.mtimeMs < UNOWNED_MS)) return;
  await removeAll(dir);
}
