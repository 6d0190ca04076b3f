/** Going on from an earlier version: which, and on which files. */
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { git, records } from '../mining/git.ts';
import type { Dataset } from '../mining/types.ts';
import { TuneError } from './errors.ts';
import type { TuneOptions } from './types.ts';

/** The version to go on from, whole and of this base; null when none is asked for. */
export async function parentOf(
  store: AdapterStore,
  wanted: string | undefined,
  baseSha256: string,
): Promise<StoredAdapter | null> {
  if (wanted === undefined) return null;
  const parent = wanted === 'active' ? await store.active() : await store.find(wanted);
  if (parent === null)
    throw new TuneError('No adapter is active, so there is none to go on from. Tune without --continue.');
  if (parent.manifest.base.sha256 !== baseSha256) {
    throw new TuneError(
      `Adapter ${parent.id} belongs to the base ${parent.manifest.base.name}. Pass that with --model, or tune without --continue.`,
    );
  }
  await store.verify(parent);
  return parent;
}

/** Its matrices have their shape already. */
export function shapeOf({ manifest }: StoredAdapter): Pick<TuneOptions, 'rank' | 'alpha'> {
  return { rank: manifest.adapter.rank, alpha: manifest.adapter.alpha };
}

/** Paths changed between the version's commit and now; null for all, where git does not know that commit any more. */
export async function changedSince(
  folder: string,
  { id, manifest }: StoredAdapter,
  dataset: Dataset,
): Promise<ReadonlySet<string> | null> {
  const { commit } = manifest.dataset;
  if (commit === '' || dataset.commit === '') return null;
  const output = await git(folder, [
    'diff',
    '--name-only',
    '-z',
    '--no-renames',
    '--diff-filter=d',
    commit,
    'HEAD',
    '--',
  ]);
  if (output === null) return null;
  const changed = new Set(records(output));
  const learnable = dataset.pairs.some(({ path, split }) => split === 'train' && changed.has(path));
  if (!learnable) {
    throw new TuneError(
      `Nothing to learn has changed since adapter ${id} was tuned (commit ${commit.slice(0, 10)}). Tune without --continue to start anew.`,
    );
  }
  return changed;
}
