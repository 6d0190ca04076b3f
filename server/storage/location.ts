/** Where a folder's adapters live: inside git's own folder, so they are never committed and all worktrees share them. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { GitError } from '../git/errors.ts';
import { findWorkTree } from '../git/repository.ts';

/** @throws {GitError} where there is a `.git` that git refuses: its store is not known then, and another must not be taken for it. */
export async function storeLocation(folder: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const tree = await findWorkTree(folder).catch(withoutGit);
  if (tree !== null) return join(tree.commonDir, 'repotune');
  const real = await realpath(folder).catch(() => resolve(folder));
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 12);
  return join(dataFolder(environment), 'folders', `${basename(real)}-${hash}`);
}

/** The platform's place for a program's own data. */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['REPOTUNE_DATA'];
  if (chosen) return resolve(chosen);
  if (process.platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'repotune');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'repotune');
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'repotune');
}

function withoutGit(error: unknown): null {
  if (error instanceof GitError && (error.problem === 'no-git-program' || error.problem === 'bare-repository'))
    return null;
  throw error;
}
