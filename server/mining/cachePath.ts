import { join } from 'node:path';
import { gitText } from '../git/git.ts';

/** Beside the adapters: never committed, shared by work trees, gone with the clone. */
export async function defaultCachePath(folder: string, signal: AbortSignal | undefined): Promise<string | null> {
  const gitFolder = await gitText(folder, ['rev-parse', '--path-format=absolute', '--git-common-dir'], signal);
  return gitFolder ? join(gitFolder, 'repotune', 'mining.cache') : null;
}
