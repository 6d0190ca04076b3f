/** Large files at a place chosen by the user: written atomically, and replacing nothing but a file. */
import { access, constants, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { clearTemporaryFiles } from './leftovers.ts';
import { renamePatiently } from './patient.ts';
import { syncFolder, temporaryName } from './writeAside.ts';

/**
 * Where to write the file named by `path`: a link to a file is followed.
 * @throws with a message for the user if nothing, or something other than a file, would be replaced
 */
export async function placeForFile(path: string): Promise<string> {
  const place = await realpath(path).catch(() => path);
  const folder = dirname(place);
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new Error(`There is no folder ${folder} to write to. Create it, or choose another.`);
  const there = await stat(place).catch(() => null);
  if (there?.isDirectory()) throw new Error(`${path} is a folder: give the name of a file in it.`);
  if (there !== null && !there.isFile())
    throw new Error(`${path} is not a file and is not replaced: give the name of a new file.`);
  await access(folder, constants.W_OK).catch(() => {
    throw new Error(`The folder ${folder} is not writable. Choose another.`);
  });
  return place;
}

/** The file gets its name once `write` has finished. @throws as {@link placeForFile}, and the file system's errors */
export async function writtenAside(path: string, write: (aside: string) => Promise<void>): Promise<void> {
  const place = await placeForFile(path);
  // A process may have been killed while writing the same file.
  await clearTemporaryFiles(dirname(place), `${basename(place)}.`);
  const aside = temporaryName(place);
  try {
    await write(aside);
    await renamePatiently(aside, place);
  } catch (error) {
    // What still holds it (Windows) must not hide the reason; it is cleared the next time.
    await rm(aside, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(place));
}
