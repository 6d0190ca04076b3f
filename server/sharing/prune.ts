/** Chooses and removes shared versions. */
import type { Catalogue, SharedVersion } from './catalogue.ts';
import { refused, ShareError } from './errors.ts';
import type { PrivateRepository } from './privateRepository.ts';
import type { SharedRef } from './refs.ts';
import { deleteRefs, type RemoteRef } from './transfer.ts';

export interface PruneRule {
  /** Newest versions to keep of each set. */
  readonly keep?: number;
  /** Older versions are removed. */
  readonly olderThanDays?: number;
  /** Also those that nobody can use. */
  readonly unusable?: boolean;
}

const DAY_MS = 24 * 3600 * 1000;

/** A version is removed if it is beyond the count and, if an age is given too, older than that. */
export function prunable(
  versions: readonly SharedVersion[],
  { keep, olderThanDays }: PruneRule,
  nowMs: number,
): SharedVersion[] {
  if (keep === undefined && olderThanDays === undefined) return [];
  const rank = new Map<string, number>();
  return versions.filter(({ set, manifest }) => {
    const place = rank.get(set) ?? 0;
    rank.set(set, place + 1);
    const beyond = keep === undefined || place >= keep;
    const old = olderThanDays === undefined || Date.parse(manifest.createdAt) < nowMs - olderThanDays * DAY_MS;
    return beyond && old;
  });
}

/** Parts without a manifest: left by unfinished publishes. One that is running loses its parts too, and sends them again. */
export function orphans({ refs }: Pick<Catalogue, 'refs'>): RemoteRef[] {
  const key = ({ space, set, id }: SharedRef): string => `${space}/${set}/${id}`;
  const whole = new Set(refs.filter(({ ref }) => ref.kind === 'manifest').map(({ ref }) => key(ref)));
  return refs.filter(({ ref }) => ref.kind === 'part' && !whole.has(key(ref)));
}

/** The manifest first: from then on, nobody starts to pull the version. */
export async function removeVersions(
  repository: PrivateRepository,
  url: string,
  versions: readonly Pick<SharedVersion, 'manifestRef' | 'parts'>[],
): Promise<void> {
  await remove(
    repository,
    url,
    versions.map(({ manifestRef }) => manifestRef),
  );
  await remove(
    repository,
    url,
    versions.flatMap(({ parts }) => parts),
  );
}

export async function remove(repository: PrivateRepository, url: string, refs: readonly RemoteRef[]): Promise<void> {
  const answer = await deleteRefs(repository, url, refs);
  if (answer.kind === 'exists')
    throw new ShareError('exists', 'Somebody changed what is shared at the same moment. List again, then prune.');
  if (answer.kind === 'refused') throw refused('delete', answer.words);
}
