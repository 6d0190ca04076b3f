/** Going on from an earlier version: which, and on which files. */

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

/** For who cannot go on. */
export const FROM_SCRATCH =
  'To start from scratch, run "Repotune: Tune on This Repository" (on the command line: tune without --continue and --keep-up).';

/** The version to go on from, whole and of this base; null when none is asked for. */
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
 * @throws where the version may have learned what is held out: what goes on from it knows that too, and the gate's figures of it, however
 * good, would mean nothing.
 */
export function requireMeasurable(parent: StoredAdapter, dataset: Pick<Dataset, 'firstCommit'>): void {
  const objection = splitObjection(parent, dataset);
  if (objection === null) return;
  throw new TuneError(
    `${objection}, so what goes on from it cannot be measured on files it never saw. ${FROM_SCRATCH}`,
  );
}

/** Its matrices have their shape already, and belong to the blocks that they were trained for. */
export async function shapeOf({
  manifest,
  adapterPath,
}: StoredAdapter): Promise<Pick<TuneOptions, 'rank' | 'alpha' | 'adaptedBlocks'>> {
  const adaptedBlocks = await adaptedBlocksOf(adapterPath);
  return { rank: manifest.adapter.rank, alpha: trainedAlpha(manifest), adaptedBlocks };
}

/** As it was trained, written to `path`, and how much of that serves: as much is to serve of what goes on from it to keep it up. */
export async function atFullScale(
  { manifest, adapterPath }: StoredAdapter,
  path: string,
): Promise<Pick<TrainJob, 'initialAdapter' | 'adapterScale'>> {
  await writeWithAlpha(adapterPath, trainedAlpha(manifest), path);
  return { initialAdapter: path, adapterScale: manifest.training.adapterScale ?? 1 };
}

/**
 * Paths changed by the commits that the version has not learned, up to the one whose tree is learned now (`upTo`); null for
 * all, where git does not know the version's commit any more.
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
  // After a tune without new commits, those that it held out are no news.
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
  // As many as git walks: what changed cannot be told, and all of it is learned.
  if (count > MOST_PATHS) return null;
  const output = await runGit(folder, ['diff-tree', ...options], { revisions: [from, to] });
  return output && new Set(records(output));
}
