import { join } from 'node:path';
import { findWorkTree } from '../git/repository.ts';

/** Beside the adapters: never committed, shared by work trees, gone with the clone. */
export async function defaultCachePath(folder: string, signal: AbortSignal | undefined): Promise<string | null> {
  const tree = await findWorkTree(folder, signal);
  return tree && join(tree.commonDir, 'repotune', 'mining.cache');
}
