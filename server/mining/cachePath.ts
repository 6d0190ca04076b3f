import { join } from 'node:path';
import { requireOwnStore } from '../git/ownStore.ts';
import type { WorkTree } from '../git/repository.ts';
import { storeIn } from '../git/storeLocation.ts';

/** Beside the adapters: never committed, shared by work trees, deleted with the clone. @throws {GitError} as for the store. */
export async function defaultCachePath(tree: WorkTree | null): Promise<string | null> {
  if (tree === null) return null;
  const store = storeIn(tree);
  await requireOwnStore(store);
  return join(store, 'mining.cache');
}
