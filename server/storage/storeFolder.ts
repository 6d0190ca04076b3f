/** Creates a store's folders where a repository exists, never where one used to be: a folder there would obstruct a new clone. */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Name of a repository's store, in git's own folder; the stores of folders without git, in the data folder, have other names. */
export const STORE_NAME = 'repotune';

/**
 * Ensures that `storeDir`, or the folder `within` it, exists.
 * @throws with a message for the user if the repository was moved or deleted while its store was in use
 */
export async function makeStoreFolder(storeDir: string, within?: string): Promise<void> {
  await mkdir(storeDir).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && basename(storeDir) === STORE_NAME) throw gone(storeDir, error);
    // It exists already, or is a store without git, whose parents may be missing.
    await mkdir(storeDir, { recursive: true });
  });
  if (within !== undefined) await mkdir(join(storeDir, within), { recursive: true });
}

function gone(storeDir: string, cause: Error): Error {
  return new Error(
    `There is no repository at ${dirname(storeDir)} any more: it was moved or deleted meanwhile. Nothing was written there. Open it where it is now, and try again.`,
    { cause },
  );
}
