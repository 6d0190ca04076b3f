import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { basename, resolve } from 'node:path';
import { MiningCache } from './cache.ts';
import { defaultCachePath } from './cachePath.ts';
import { addContexts } from './contexts.ts';
import { Clock, defaults, mineListing } from './core.ts';
import { MiningError } from './errors.ts';
import type { MinedFile } from './fileMiner.ts';
import { historyPairs } from './historyPairs.ts';
import { withoutLeaked } from './pairLeakage.ts';
import { repositoryOf } from './repository.ts';
import { listCandidates } from './sources.ts';
import { splitFiles } from './split.ts';
import { mineByTime } from './timeSplit.ts';
import type { Dataset, FileVerdict, MineOptions, MineProgress, Pair } from './types.ts';

/** Below this nothing worth an adapter is learned, and no held-out figure means anything. */
export const least = { files: 2, lines: 200, trainPairs: 20, heldOutPairs: 3 } as const;

/**
 * Turns a folder into training pairs. Rejects with {@link MiningError} when there is nothing to mine, and with the signal's
 * reason when cancelled. What cannot be read or parsed is left out with a verdict; it never fails the whole.
 */
export async function mineRepository(
  options: MineOptions,
  onProgress: (progress: MineProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<Dataset> {
  const clock = new Clock();
  const folder = resolve(options.folder);
  await requireFolder(folder);
  onProgress({ stage: 'list', filesDone: 0, filesTotal: 0, bytesDone: 0 });
  // While git is asked, and answers.
  const cache = openCache(folder, options, signal);
  const repository = await repositoryOf(folder, signal);
  if (options.split?.by === 'time')
    return await mineByTime(options, folder, repository, options.split.cut, onProgress, signal);
  const listing = await listCandidates(folder, repository, signal);
  const { root } = listing;
  const warnings = [...listing.warnings];
  const list = clock.lap();
  const firstCommit = repository?.firstCommit ?? '';
  const commit = repository?.commit ?? '';
  const mined = await mineListing({
    mine: options,
    listing,
    commit,
    splitOf: (files) => splitFiles(firstCommit, files),
    cache,
    onProgress,
    signal,
  });
  const { taken, splits, files } = mined;
  let pairs = [...mined.pairs];
  clock.lap();

  if (options.history && commit !== '') {
    const added = await historyPairs(root, 'train', {
      range: 'HEAD',
      maxCommits: defaults.maxCommits,
      maxAdditions: historyLimit(pairs),
      // A file that is held out now was so under the same path then; one that is gone or left out has no say.
      admits: (path) => splits.get(path) === 'train',
      onWarning: (sentence) => warnings.push(sentence),
      signal,
    });
    const own = pairs.filter(({ split }) => split === 'train');
    const heldOut = pairs.filter(({ split }) => split === 'held-out');
    pairs = [...own, ...(await withoutLeaked(heldOut, added, signal)), ...added];
  }
  const history = clock.lap();
  const droppedForHistory = mined.pairs.length - pairs.filter(({ kind }) => kind !== 'history').length;

  if (options.contextChars) {
    const indexed = taken.filter(({ path }) => splits.get(path) === 'train');
    pairs = await addContexts(pairs, indexed, mined.read, mined.language, options.contextChars, signal);
  }
  const context = clock.lap();

  requireEnough(folder, files, taken, pairs);
  pairs.sort(byPlace);
  onProgress({ stage: 'select', filesDone: taken.length, filesTotal: taken.length, bytesDone: 0 });
  return {
    repository: basename(root),
    root,
    firstCommit,
    commit,
    files,
    pairs,
    digest: digestOf(pairs),
    warnings,
    statistics: {
      ...totals(taken),
      drawn: mined.drawn,
      repeated: mined.repeated,
      heldOutBefore: mined.heldOutBefore,
      heldOutAfter: mined.heldOutAfter - droppedForHistory,
      cachedFiles: mined.cachedFiles,
      milliseconds: { list, ...mined.milliseconds, history, context },
    },
  };
}

/** Rejections wait until the cache is asked for. Held out by time, files are as some commit has them, which are not kept. */
function openCache(
  folder: string,
  { cachePath, split }: MineOptions,
  signal: AbortSignal | undefined,
): Promise<MiningCache> {
  if (split?.by === 'time') return MiningCache.open(null);
  const opening = (async () =>
    await MiningCache.open(cachePath === undefined ? await defaultCachePath(folder, signal) : cachePath))();
  opening.catch(() => {});
  return opening;
}

/** History may be a quarter of what is trained on. */
export function historyLimit(pairs: readonly Pair[]): number {
  return Math.min(defaults.maxHistoryPairs, Math.ceil(pairs.filter(({ split }) => split === 'train').length / 3));
}

export function totals(taken: readonly MinedFile[]): { lines: number; bytes: number; secretLines: number } {
  return {
    lines: taken.reduce((sum, { lines }) => sum + lines, 0),
    bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0),
    secretLines: taken.reduce((sum, { secrets }) => sum + secrets.length / 2, 0),
  };
}

async function requireFolder(folder: string): Promise<void> {
  const stat = await fs.stat(folder).catch(() => null);
  if (!stat) throw new MiningError('not-a-folder', `${folder} does not exist: give the folder of a repository.`);
  if (!stat.isDirectory())
    throw new MiningError('not-a-folder', `${folder} is not a folder: give the folder of a repository.`);
}

export function requireEnough(
  folder: string,
  files: readonly FileVerdict[],
  taken: readonly MinedFile[],
  pairs: readonly Pair[],
): void {
  const lines = taken.reduce((sum, file) => sum + file.lines, 0);
  const heldOut = pairs.filter(({ split }) => split === 'held-out').length;
  const train = pairs.length - heldOut;
  if (taken.length >= least.files && lines >= least.lines && train >= least.trainPairs && heldOut >= least.heldOutPairs)
    return;
  throw new MiningError(
    'too-little-code',
    `Too little code to learn from in ${folder}: ${lines} lines in ${taken.length} source files (of ${files.length} files) give ${train} training ` +
      `and ${heldOut} held-out pairs; at least ${least.lines} lines in ${least.files} files, ${least.trainPairs} training and ` +
      `${least.heldOutPairs} held-out pairs are needed. Open a folder with more code.`,
  );
}

export function byPlace(a: Pair, b: Pair): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.startByte - b.startByte || (a.commit < b.commit ? -1 : a.commit > b.commit ? 1 : a.endByte - b.endByte);
}

export function digestOf(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const { path, kind, split, commit, startByte, endByte, prefix, middle, suffix, context } of pairs) {
    // Whole files would be hashed once per pair: their lengths and what is near the middle say the same with the middle.
    const text = `${prefix.length},${suffix.length},${prefix.slice(-512)}\0${middle}\0${suffix.slice(0, 512)}`;
    hash.update(
      `${JSON.stringify([path, kind, split, kind === 'history' ? commit : '', startByte, endByte])}${context}\0${text}\0`,
    );
  }
  return hash.digest('hex');
}
