/** Validates what a command line names: a folder, and a file's text. */
import { resolve } from 'node:path';
import { folderProblem } from '../storage/folder.ts';
import { readBounded } from '../storage/readBounded.ts';

/** No editor completes in larger files. */
const MOST_TEXT_BYTES = 32 * 2 ** 20;

/** The named folder, by default the current one. @throws with a message for the user */
export async function folderAt(given: string | undefined): Promise<string> {
  const folder = resolve(given ?? '.');
  const problem = await folderProblem(folder);
  if (problem !== null) throw new Error(problem);
  return folder;
}

/** @throws with a message for the user */
export async function textOf(path: string): Promise<string> {
  try {
    return await readBounded(path, MOST_TEXT_BYTES);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${whyUnreadable(path, code, message)} Give the path of a source file.`, { cause: error });
  }
}

function whyUnreadable(path: string, code: string | undefined, message: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${path} does not exist.`;
    case 'EISDIR':
      return `${path} is a folder.`;
    case undefined:
      // Already a message for the user.
      return `${message}.`;
    default:
      return `${path} cannot be read (${code}).`;
  }
}
