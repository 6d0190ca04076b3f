/** Location of a folder's adapters: inside git's own folder, so they are never committed and all worktrees share them. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { dataFolder } from '../storage/paths.ts';
import { STORE_NAME } from '../storage/storeFolder.ts';
import { GitError } from './errors.ts';
import { keepForgotten } from './formerForgotten.ts';
import { afterGit, afterGitAround } from './formerStore.ts';
import { requireOwnStore } from './ownStore.ts';
import { findWorkTree, type WorkTree } from './repository.ts';

/**
 * @throws {GitError} if there is a `.git` that git refuses: its store is then unknown, and another must not be used instead; and if the
 * store's path leads elsewhere.
 */
export async function storeLocation(folder: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  return await storeOf(folder, await findWorkTree(folder).catch(withoutGit), environment);
}

/** As {@link storeLocation}, for a folder whose work tree is known; null if it lies in none. */
export async function storeOf(
  folder: string,
  tree: WorkTree | null,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const dir = tree === null ? await placeWithoutGit(folder, environment) : storeIn(tree);
  await requireOwnStore(dir);
  if (tree === null) return dir;
  const home = homeOf(tree);
  const within = await withinOf(folder, tree);
  if (within !== '') {
    const former = await placeWithoutGit(folder, environment);
    await keepForgotten(former, within, dir).catch(() => {});
    await afterGitAround(former, folder, dir);
  }
  return await afterGit(await placeWithoutGit(home, environment), home, dir);
}

async function placeWithoutGit(folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const real = await realpath(folder).catch(() => resolve(folder));
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 12);
  return join(dataFolder(environment), 'folders', `${basename(real)}-${hash}`);
}

/** The folder that became a repository, in a linked work tree as well. */
function homeOf({ root, commonDir }: WorkTree): string {
  return basename(commonDir) === '.git' ? dirname(commonDir) : root;
}

/** Path of the folder in its work tree, '/' separated; '' for the tree itself. */
async function withinOf(folder: string, { root }: WorkTree): Promise<string> {
  const [inner, outer] = await Promise.all([folder, root].map((one) => realpath(one).catch(() => resolve(one))));
  return relative(outer!, inner!).split(sep).join('/');
}

export function storeIn({ commonDir }: WorkTree): string {
  return join(commonDir, STORE_NAME);
}

function withoutGit(error: unknown): null {
  if (error instanceof GitError && (error.problem === 'no-git-program' || error.problem === 'bare-repository'))
    return null;
  throw error;
}
