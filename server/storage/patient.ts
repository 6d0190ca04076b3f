/**
 * Renames and deletions that wait for other programs: Windows refuses them while a file is open, as virus scanners and indexers open what
 * was just written, and another window what it reads. Elsewhere an open file stands in nobody's way.
 */
import { rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Node's codes for Windows' "sharing violation" and "access denied", which a permission that is lacking for good has too; and for a folder
 * with a file in it that has been deleted and is open.
 */
const REFUSALS: ReadonlySet<string | undefined> = new Set(['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY']);
/** Pauses before trying again: three seconds in all, after which the user is told. */
const PAUSES_MS = [10, 30, 60, 100, 300, 500, 1000, 1000] as const;

/** Whether the refusal may pass by itself. */
export function mayPass(error: unknown, platform = process.platform): boolean {
  return platform === 'win32' && REFUSALS.has((error as NodeJS.ErrnoException).code);
}

/** Rejects with the last error. @internal */
export async function patiently(
  act: () => Promise<void>,
  platform = process.platform,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<void> {
  for (const ms of PAUSES_MS) {
    try {
      return await act();
    } catch (error) {
      if (!mayPass(error, platform)) throw error;
    }
    await pause(ms);
  }
  await act();
}

export async function renamePatiently(from: string, to: string): Promise<void> {
  await patiently(() => rename(from, to));
}

/** Deletes a folder, or a file, with all that is in it. None is no error. */
export async function removeAll(path: string): Promise<void> {
  await patiently(() => rm(path, { recursive: true, force: true }));
}

/** Deletes a file; a folder, or none, is an error. */
export async function removeFile(path: string): Promise<void> {
  await patiently(() => rm(path));
}
