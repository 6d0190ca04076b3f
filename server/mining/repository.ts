import { GitError } from '../git/errors.ts';
import { findRepository, findWorkTree, type Repository, type WorkTree } from '../git/repository.ts';
import { MiningError } from './errors.ts';

/** The repository that is mined; null for a folder without git. @throws {MiningError} with git's message if it refuses. */
export async function repositoryOf(folder: string, signal?: AbortSignal): Promise<Repository | null> {
  return await findRepository(folder, signal).catch(asMiningError);
}

/** As {@link repositoryOf}, without looking at the history, which takes longer the more of it there is. */
export async function workTreeOf(folder: string, signal?: AbortSignal): Promise<WorkTree | null> {
  return await findWorkTree(folder, signal).catch(asMiningError);
}

function asMiningError(error: unknown): never {
  throw error instanceof GitError ? new MiningError(error.problem, error.message) : error;
}
