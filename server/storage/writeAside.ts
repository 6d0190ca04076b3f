/** Atomic writes: a temporary file in the same folder is written, flushed, then renamed. */
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renamePatiently } from './patient.ts';
import { placeTag } from './place.ts';

let counter = 0;

/** A name next to `path` that no other process or call uses, here or on another machine; `leftovers.ts` parses it. */
export function temporaryName(path: string): string {
  return `${path}.${placeTag}-${process.pid}-${counter++}.tmp`;
}

/**
 * `mode`: the file's permissions; by default 0666 minus the umask.
 * @throws the file system's error (a full disk, no permission); the earlier file is then untouched.
 */
export async function writeAside(path: string, data: string | Uint8Array, mode?: number): Promise<void> {
  try {
    await writeOnce(path, data, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // While the machine slept, another took the temporary file for a leftover.
    await writeOnce(path, data, mode);
  }
}

async function writeOnce(path: string, data: string | Uint8Array, mode: number | undefined): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await renamePatiently(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes what another wrote into a file survive a power failure. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What file systems answer that flush no folders, as those shared with a virtual machine; and where a folder may not be read. */
const NOT_FLUSHED: ReadonlySet<string | undefined> = new Set([
  ...['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'],
  ...['EACCES', 'EPERM'],
]);

/**
 * Makes a rename survive a power failure, where the file system can: it has been made, so whoever waits for it must not be told that it has
 * failed. Windows cannot open folders, and journals renames.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NOT_FLUSHED.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}
