/** Files of a store that came from somebody else, under the names by which the product knows them. */
import type { LockHolder } from '../../server/storage/lock.ts';
import { here } from '../../server/storage/place.ts';

export const STORE_FILES = [
  'mining.cache',
  'state.json',
  'routes.json',
  'liveComparison.json',
  'run.json',
  'unseen-end.json',
  'authors.json',
] as const;

export const STORE_LOCKS = ['tune.lock', 'versions.lock', 'state.lock', 'routes.lock', 'liveComparison.lock'] as const;

/** Its path in the repository. */
export function inStore(name: (typeof STORE_FILES | typeof STORE_LOCKS)[number]): string {
  return `.git/repotune/${name}`;
}

/** A lock that seems to be held: its process exists, and it does not say when that was started. */
export function plantedLock(): string {
  const holder: LockHolder = { ...here, pid: process.pid, startedAt: '', purpose: 'planted', sinceMs: 0 };
  return JSON.stringify(holder);
}
