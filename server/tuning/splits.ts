/** The pairs of a tune, or of a measurement: held out by file always, by time as well where there is history enough. */
import { createHash } from 'node:crypto';
import { MiningError, mineRepository } from '../mining/index.ts';
import { withoutLeaked } from '../mining/pairLeakage.ts';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import type { Dataset, MineOptions, MineProgress } from '../mining/types.ts';
import { cutForMeasuring, cutForTune } from './cuts.ts';
import { learnedFrom } from './learnedFrom.ts';
import type { TuneOptions } from './types.ts';

export interface Splits {
  /** Training pairs, and those held out by file. */
  readonly dataset: Dataset;
  /** Held out by time alone; null when not asked for, or with too little history. */
  readonly byTime: Dataset | null;
  /** The commit whose tree is learned from; '' where there are none. */
  readonly learnedTo: string;
}

/** `parentLearnedTo`: the commit that the version has learned from which the tune goes on. */
export async function mineSplits(
  { folder, seed, byTime }: Pick<TuneOptions, 'folder' | 'seed' | 'byTime'>,
  parentLearnedTo: string | null,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<Splits> {
  const options = { ...learnedFrom(folder), ...(seed === undefined ? {} : { seed }) };
  const files = await mineRepository(options, onProgress, signal);
  if (!byTime) return { dataset: files, byTime: null, learnedTo: files.commit };
  const cut = await cutForTune(folder, parentLearnedTo, signal);
  const time = cut && (await mineHistory(options, cut, onProgress, signal));
  if (!cut || !time) {
    const warning = 'The history is too short to hold out its newest commits, so only files are held out.';
    return { dataset: { ...files, warnings: [...files.warnings, warning] }, byTime: null, learnedTo: files.commit };
  }
  return { dataset: await trainedBefore(files, time, signal), byTime: heldOutOf(time), learnedTo: cut };
}

/** What versions are measured on: pairs that none of them has learned, by file and by time; each named by the commit it has learned. */
export async function mineHeldOut(
  folder: string,
  versionsLearnedTo: readonly string[],
  onProgress: (progress: MineProgress) => void,
  signal?: AbortSignal,
): Promise<Pick<Splits, 'dataset' | 'byTime'>> {
  const options = learnedFrom(folder);
  const dataset = await mineRepository(options, onProgress, signal);
  const cut = await cutForMeasuring(folder, versionsLearnedTo, signal);
  const time = cut && (await mineHistory(options, cut, onProgress, signal));
  return { dataset, byTime: time ? heldOutOf(time) : null };
}

function heldOutOf(dataset: Dataset): Dataset {
  return { ...dataset, pairs: dataset.pairs.filter(({ split }) => split === 'held-out') };
}

/** null where there is too little history. */
async function mineHistory(
  options: MineOptions,
  cut: string,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal | undefined,
): Promise<Dataset | null> {
  try {
    return await mineRepository({ ...options, split: { by: 'time', cut } }, onProgress, signal);
  } catch (error) {
    if (error instanceof MiningError && (error.problem === 'too-little-code' || error.problem === 'git-failed'))
      return null;
    throw error;
  }
}

/** Learns from the tree before the newest commits, and from no file that is held out: neither set has been seen then. */
async function trainedBefore(files: Dataset, time: Dataset, signal: AbortSignal): Promise<Dataset> {
  const heldOutPaths = new Set(files.pairs.filter(({ split }) => split === 'held-out').map(({ path }) => path));
  const isHeldOut = (path: string): boolean =>
    heldOutPaths.has(path) || heldOutPosition(files.firstCommit, path) < heldOutFraction;
  const train = time.pairs.filter(({ path, split }) => split === 'train' && !isHeldOut(path));
  // Code that has moved between files since stood in a file to learn from then.
  const held = heldOutOf(files).pairs;
  const heldOut = await withoutLeaked(held, train, signal);
  const heldOutAfter = files.statistics.heldOutAfter - (held.length - heldOut.length);
  const digest = createHash('sha256').update(`${files.digest} before ${time.digest}`).digest('hex');
  return { ...files, pairs: [...train, ...heldOut], digest, statistics: { ...files.statistics, heldOutAfter } };
}
