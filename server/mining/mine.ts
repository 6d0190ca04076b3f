import { resolve } from 'node:path';
import type { Repository } from '../git/repository.ts';
import { folderProblem } from '../storage/folder.ts';
import { MiningCache } from './cache.ts';
import { defaultCachePath } from './cachePath.ts';
import { Clock, readTree } from './core.ts';
import { MiningError } from './errors.ts';
import { repositoryOf } from './repository.ts';
import { type MinedSets, mineSets } from './sets.ts';
import { listCandidates } from './sources.ts';
import { mineByTime } from './timeSplit.ts';
import type { Dataset, MineOptions, MineProgress } from './types.ts';

const listing: MineProgress = { stage: 'list', filesDone: 0, filesTotal: 0, bytesDone: 0 };

/**
 * Turns a folder into training pairs. Rejects with {@link MiningError} if there is nothing to mine, and with the signal's reason when
 * cancelled. Files that cannot be read or parsed are left out with a verdict; they never fail the whole.
 */
export async function mineRepository(
  options: MineOptions,
  onProgress: (progress: MineProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<Dataset> {
  const { split } = options;
  if (split?.by !== 'time') return (await mineOnce(options, async () => null, onProgress, signal)).dataset;
  const folder = resolve(options.folder);
  await requireFolder(folder);
  onProgress(listing);
  return await mineByTime(options, folder, await repositoryOf(folder, signal), split.cut, onProgress, signal);
}

/**
 * What a tune learns and is measured on, in one pass. Files of the working tree are read once; if there is a `cut` commit, its tree is
 * learned from, and only files that differ are read. Without a cut (null), or with too little code around it, the working tree is learned
 * from and nothing is held out by time. Rejects as {@link mineRepository} does.
 */
export async function mineOnce(
  options: MineOptions,
  cutOf: () => Promise<string | null>,
  onProgress: (progress: MineProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<MinedSets> {
  const clock = new Clock();
  const folder = resolve(options.folder);
  await requireFolder(folder);
  onProgress(listing);
  const repository = await repositoryOf(folder, signal);
  // Read while git is working.
  const cache = openCache(repository, options);
  const files = await listCandidates(folder, repository, signal);
  const listMs = clock.lap();
  const commit = repository?.commit ?? '';
  const tree = await readTree({ mine: options, listing: files, commit, cache, onProgress, signal });
  const now = { options, folder, repository, listing: files, tree, listMs, onProgress, signal };
  const sets = await mineSets(now, repository === null ? null : await cutOf());
  await tree.saved;
  return sets;
}

/** Rejections are deferred until the cache is awaited. */
function openCache(repository: Repository | null, { cachePath }: MineOptions): Promise<MiningCache> {
  const opening = (async () =>
    await MiningCache.open(cachePath === undefined ? await defaultCachePath(repository) : cachePath))();
  opening.catch(() => {});
  return opening;
}

async function requireFolder(folder: string): Promise<void> {
  const problem = await folderProblem(folder);
  if (problem !== null) throw new MiningError('not-a-folder', problem);
}
