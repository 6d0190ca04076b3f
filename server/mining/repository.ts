import { GitError } from '../git/errors.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { MiningError } from './errors.ts';

/** The repository that is mined; null for a folder without git. @throws {MiningError} with git's message if it refuses. */
export async function repositoryOf(folder: string, signal?: AbortSignal): Promise<Repository | null> {
  try {
    return await findRepository(folder, signal);
  } catch (error) {
    throw error instanceof GitError ? new MiningError(error.problem, error.message) : error;
  }
}
