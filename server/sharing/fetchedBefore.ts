/** What the private repository holds of versions that the remote no longer has. */
import type { PrivateRepository } from './privateRepository.ts';
import { localRef, type RemoteRef } from './transfer.ts';

/** Manifests are small: until there are more, fetching the others again costs more than they do. */
const MOST_MANIFESTS = 100;
const PART = /^refs\/fetched\/[^/]+\/[^/]+\/adapter\//;

/** Whether it should be emptied: git alone releases nothing of it. `refs`: all that the remote has. */
export async function holdsDeleted(repository: PrivateRepository, refs: readonly RemoteRef[]): Promise<boolean> {
  const there = new Set(refs.map(({ ref }) => localRef(ref)));
  const fetched = (await repository.run('for-each-ref', '--format=%(refname)', 'refs/fetched/')).split('\n');
  const deleted = fetched.filter((name) => name !== '' && !there.has(name));
  return deleted.length > MOST_MANIFESTS || deleted.some((name) => PART.test(name));
}
