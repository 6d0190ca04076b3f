/** Whether a version's figures on what is held out here are meaningful: not if it may have learned that. Pure. */
import type { StoredAdapter } from '../adapters/store.ts';
import { REFIT_SPLIT, SPLIT_RULE } from './describeVersion.ts';

/** Why figures of the version on a data set's held-out files would be meaningless; null if they are not. */
export function splitObjection(
  { id, manifest }: Pick<StoredAdapter, 'id' | 'manifest'>,
  { firstCommit }: { readonly firstCommit: string },
): string | null {
  const { dataset, training } = manifest;
  const isImport = training.method === 'imported';
  if (!isImport && dataset.split === SPLIT_RULE && dataset.firstCommit === firstCommit) return null;
  const why = isImport
    ? 'was imported, so its training data is not known'
    : dataset.split === REFIT_SPLIT
      ? 'was trained on all files, including the held-out ones'
      : dataset.firstCommit === firstCommit
        ? 'was tuned by a release that holds out different files'
        : dataset.firstCommit === ''
          ? 'was tuned before there was a first commit, which decides what is held out'
          : 'was tuned on another repository, or on another history of this one, which holds out different files';
  return `Adapter ${id} ${why}`;
}

export function meaningless(objection: string): string {
  return `${objection}: figures on the held-out files of this repository would mean nothing.`;
}

/** @throws if the version may have been tuned on what it would be measured on. */
export function requireSameSplit(
  version: Pick<StoredAdapter, 'id' | 'manifest'>,
  mined: { readonly firstCommit: string },
): void {
  const objection = splitObjection(version, mined);
  if (objection !== null) throw new Error(meaningless(objection));
}
