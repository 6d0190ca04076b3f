/** Checks a folder named by somebody before git is asked about it or anything is looked for in it. */
import { stat } from 'node:fs/promises';

/** Why `path` is not a usable folder; null if it is one. */
export async function folderProblem(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).isDirectory()) return null;
    return `${path} is not a folder: give the folder of a repository.`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `${path} does not exist: give the folder of a repository.`;
    return `${path} cannot be looked into (${code}): give the folder of a repository that you may read.`;
  }
}
