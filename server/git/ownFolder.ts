/** Whether the store is what we made: a `.git` may come from an archive, with links in it that lead anywhere. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from './errors.ts';

/** Folders of the store that hold files of ours directly. */
const FOLDERS = ['versions', 'runs', 'judgements'] as const;

/** @throws {GitError} `refused` where the store, or something that is written or deleted in it, is a link or no folder. Creates nothing. */
export async function requireOwnFolder(dir: string): Promise<void> {
  const info = await lstat(dir).catch(() => null);
  if (info === null) return;
  if (!info.isDirectory()) throw foreign(dir);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) throw foreign(join(dir, entry.name));
    const mustBeFolder = FOLDERS.some((name) => name === entry.name);
    if (mustBeFolder && !entry.isDirectory()) throw foreign(join(dir, entry.name));
  }
  for (const name of FOLDERS) {
    const entries = await readdir(join(dir, name), { withFileTypes: true }).catch(() => []);
    const link = entries.find((entry) => entry.isSymbolicLink());
    if (link) throw foreign(join(dir, name, link.name));
  }
}

function foreign(path: string): GitError {
  return new GitError(
    'refused',
    `${path} is a link or no folder of Repotune's: nothing is read, written or deleted there. Delete it, and try again.`,
  );
}
