import { join } from 'node:path';
import { requireOwnFolder } from '../git/ownFolder.ts';
import { findWorkTree } from '../git/repository.ts';

/** Beside the adapters: never committed, shared by work trees, gone with the clone. null without git, and where that place is not ours. */
export async function defaultCachePath(folder: string, signal: AbortSignal | undefined): Promise<string | null> {
  const tree = await findWorkTree(folder, signal);
  if (tree === null) return null;
  const store = join(tree.commonDir, 'repotune');
  const isOwn = await requireOwnFolder(store).then(
    () => true,
    () => false,
  );
  return isOwn ? join(store, 'mining.cache') : null;
}
