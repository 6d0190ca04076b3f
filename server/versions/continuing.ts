/** Continuing from an earlier version: which, and on which files. */

import { adaptedBlocksOf } from '../adapters/adapterFile.ts';
import { writeWithAlpha } from '../adapters/fullScale.ts';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import type { TrainJob } from '../engine/training/trainJob.ts';
import { records, runGit } from '../git/git.ts';
import { countChangedPaths, MOST_PATHS } from '../git/pathCounts.ts';
import type { Dataset } from '../mining/types.ts';
import { learnedTo, trainedAlpha } from '../protocol/manifest.ts';
import { TuneError } from '../tuning/errors.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { splitObjection } from './splitObjection.ts';

/** Advice where a version cannot be continued. */
export const FROM_SCRATCH =
  'To start from scratch, run "Repotune: Tune on This Repository" (on the command line: tune without --continue and --keep-up).';

/** The version to continue from, intact and of this base; null when none is requested. */
export async function parentOf(
  store: AdapterStore,
  wanted: string | undefined,
  baseSha256: string,
): Promise<StoredAdapter | null> {
  if (wanted === undefined) return null;
  const parent = wanted === 'active' ? await store.active() : await store.find(wanted);
  if (parent === null) throw new TuneError(`No adapter is active, so there is none to continue from. ${FROM_SCRATCH}`);
  if (parent.manifest.base.sha256 !== baseSha256) {
    throw new TuneError(
      `Adapter ${parent.id} belongs to the base ${parent.manifest.base.name}. Choose that base with "Repotune: Choose Base Model…" (on the command line: --model). ${FROM_SCRATCH}`,
    );
  }
  await store.verify(parent);
  return parent;
}

/**
 * @throws if the version may have learned what is held out: its continuation would know that too, and the gate's figures, however good,
 * would be meaningless.
 */
export function requireMeasurable(parent: StoredAdapter, dataset: Pick<Dataset, 'firstCommit'>): void {
  const objection = splitObjection(parent, dataset);
  if (objection === null) return;
  throw new TuneError(`${objection}, so a continuation cannot be measured on files it never saw. ${FROM_SCRATCH}`);
}

/** Its matrices already have a shape, and belong to the blocks they were trained for. */
export async function shapeOf({
  manifest,
  adapterPath,
}: StoredAdapter): Promise<Pick<TuneOptions, 'rank' | 'alpha' | 'adaptedBlocks'>> {
  const adaptedBlocks = await adaptedBlocksOf(adapterPath);
  return { rank: manifest.adapter.rank, alpha: trainedAlpha(manifest), adaptedBlocks };
}

/**
 * Writes it to `path` at the scale it was trained at, and returns the share of that which serves: a version that keeps it up serves the
 * same share.
 */
export async function atFullScale(
  { manifest, adapterPath }: StoredAdapter,
  path: string,
): Promise<Pick<TrainJob, 'initialAdapter' | 'adapterScale'>> {
  await writeWithAlpha(adapterPath, trainedAlpha(manifest), path);
  return { initialAdapter: path, adapterScale: manifest.training.adapterScale ?? 1 };
}

/**
 * Paths changed by the commits that the version has not learned, up to the one whose tree is learned now (`upTo`); null for all, if git no
 * longer knows the version's commit.
 */
export async function changedSince(
  folder: string,
  parent: StoredAdapter,
  upTo: string,
  dataset: Dataset,
): Promise<ReadonlySet<string> | null> {
  const { id, manifest } = parent;
  const { commit } = manifest.dataset;
  if (commit === '' || dataset.commit === '') return null;
  // After a tune without new commits, those that it held out do not count as changes.
  const changed =
    dataset.commit === commit ? new Set<string>() : await changedBetween(folder, learnedTo(manifest), upTo);
  if (changed === null) return null;
  const learnable = dataset.pairs.some(({ path, split }) => split === 'train' && changed.has(path));
  if (!learnable) {
    throw new TuneError(
      `Nothing to learn has changed since adapter ${id} was tuned (commit ${commit.slice(0, 10)}). ${FROM_SCRATCH}`,
    );
  }
  return changed;
}

async function changedBetween(folder: string, from: string, to: string): Promise<Set<string> | null> {
  const options = ['-r', '--name-only', '-z', '--no-renames', '--diff-filter=d'];
  const [count = 0] = await countChangedPaths(folder, [{ from: `${from}^{tree}`, to: `${to}^{tree}` }]);
  // At git's limit the changes cannot be told, so everything is learned.
  if (count > MOST_PATHS) return null;
  const output = await runGit(folder, ['diff-tree', ...options], { revisions: [from, to] });
  return output && new Set(records(output));
}
