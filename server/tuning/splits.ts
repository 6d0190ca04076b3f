/** The pairs of a tune: held out by file always, by time as well when asked for. */
import { createHash } from 'node:crypto';
import { MiningError, mineRepository } from '../mining/index.ts';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import type { Dataset, MineOptions, MineProgress } from '../mining/types.ts';
import type { TuneOptions } from './types.ts';

export interface Splits {
  /** Training pairs, and those held out by file. */
  readonly dataset: Dataset;
  /** Held out by time alone; null when not asked for. */
  readonly byTime: Dataset | null;
}

export async function mineSplits(
  { folder, seed, byTime }: TuneOptions,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<Splits> {
  const options = { folder, ...(seed === undefined ? {} : { seed }) };
  const files = await mineRepository(options, onProgress, signal);
  if (!byTime) return { dataset: files, byTime: null };
  const time = await mineHistory(options, onProgress, signal);
  if (time === null) {
    const warning = 'The history is too short to hold out what its newest commits added; held out is by file alone.';
    return { dataset: { ...files, warnings: [...files.warnings, warning] }, byTime: null };
  }
  return {
    dataset: trainedBefore(files, time),
    byTime: { ...time, pairs: time.pairs.filter(({ split }) => split === 'held-out') },
  };
}

/** null where there is too little history, or none. */
async function mineHistory(
  options: MineOptions,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<Dataset | null> {
  try {
    return await mineRepository({ ...options, split: { by: 'time' } }, onProgress, signal);
  } catch (error) {
    if (error instanceof MiningError && (error.problem === 'too-little-code' || error.problem === 'git-failed'))
      return null;
    throw error;
  }
}

/** Learns from the tree before the newest commits, and from no file that is held out: neither set has been seen then. */
function trainedBefore(files: Dataset, time: Dataset): Dataset {
  const heldOutPaths = new Set(files.pairs.filter(({ split }) => split === 'held-out').map(({ path }) => path));
  const isHeldOut = (path: string): boolean =>
    heldOutPaths.has(path) || heldOutPosition(files.firstCommit, path) < heldOutFraction;
  const train = time.pairs.filter(({ path, split }) => split === 'train' && !isHeldOut(path));
  const heldOut = files.pairs.filter(({ split }) => split === 'held-out');
  const digest = createHash('sha256').update(`${files.digest} before ${time.digest}`).digest('hex');
  return { ...files, pairs: [...train, ...heldOut], digest };
}
