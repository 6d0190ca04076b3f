/** Makes the folders of a store where a repository is, and never where one was: a folder there would stand in the way of whoever clones it anew. */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Of a repository's store, in git's own folder; the stores of folders without git, in the data folder, have other names. */
export const STORE_NAME = 'repotune';

/**
 * `storeDir`, or the folder `within` it; there is one then.
 * @throws with a sentence for the user where the repository was moved or deleted while somebody worked with its store
 */
export async function makeStoreFolder(storeDir: string, within?: string): Promise<void> {
  await mkdir(storeDir).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && basename(storeDir) === STORE_NAME) throw gone(storeDir, error);
    // One that is there already, or that no folder is in the place of.
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
