/**
 * Folders in the system's temporary folder: what lies in one belongs to the process that made it, and goes with it. A process that is
 * killed takes nothing away, and some hold a copy of source code: the next one does.
 */
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownership, takeLock } from './lock.ts';

type Purpose = 'cut' | 'interchange' | 'run';

export interface ScratchFolder {
  /** Only its owner can look in. */
  readonly dir: string;
  remove(): Promise<void>;
}

const NAME = /^repotune-(?:cut|interchange|run)-[A-Za-z0-9]{6}$/;
const OWNER = 'owner.lock';
/** One without an owner is just being made, or an earlier version's, which may still be at work in it. */
const UNOWNED_MS = 3 * 24 * 3600 * 1000;

/** What killed processes left goes first. */
export async function scratchFolder(purpose: Purpose): Promise<ScratchFolder> {
  await clearScratch();
  const dir = await mkdtemp(join(tmpdir(), `repotune-${purpose}-`));
  const lock = await takeLock(join(dir, OWNER), purpose);
  return {
    dir,
    remove: async () => {
      // First, since Windows keeps a file that is open.
      if (lock.kind === 'taken') await lock.release();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Runs `work` in an empty folder, which is gone afterwards. */
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

/** Deletes this user's scratch folders that no living process owns, here or elsewhere. No link is followed. */
export async function clearScratch(parent: string = tmpdir()): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  // What cannot be looked at or deleted now is the next start's.
  const looks = names.filter((name) => NAME.test(name)).map((name) => clear(join(parent, name)).catch(() => {}));
  await Promise.all(looks);
}

async function clear(dir: string): Promise<void> {
  const info = await lstat(dir);
  if (!info.isDirectory() || (process.getuid !== undefined && info.uid !== process.getuid())) return;
  const owned = await ownership(join(dir, OWNER));
  if (owned === 'held' || (owned === 'none' && Date.now() - info.mtimeMs < UNOWNED_MS)) return;
  await rm(dir, { recursive: true, force: true });
}
