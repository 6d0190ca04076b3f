/** The pairs of a tune, or of a measurement: held out by file always, by time as well where there is history enough. */
import { mineOnce } from '../mining/index.ts';
import type { MinedSets } from '../mining/sets.ts';
import type { MineProgress } from '../mining/types.ts';
import { cutForMeasuring, cutForTune } from './cuts.ts';
import { learnedFrom } from './learnedFrom.ts';
import type { TuneOptions } from './types.ts';

/** `parentLearnedTo`: the commit that the version has learned from which the tune goes on. */
export async function mineSplits(
  { folder, seed, byTime }: Pick<TuneOptions, 'folder' | 'seed' | 'byTime'>,
  parentLearnedTo: string | null,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<MinedSets> {
  const options = { ...learnedFrom(folder), ...(seed === undefined ? {} : { seed }) };
  const cutOf = async (): Promise<string | null> => (byTime ? await cutForTune(folder, parentLearnedTo, signal) : null);
  const sets = await mineOnce(options, cutOf, onProgress, signal);
  if (!byTime || sets.byTime !== null) return sets;
  const warning = 'The history is too short to hold out its newest commits, so only files are held out.';
  return { ...sets, dataset: { ...sets.dataset, warnings: [...sets.dataset.warnings, warning] } };
}

/** What versions are measured on: pairs that none of them has learned, by file and by time; each named by the commit it has learned. */
export async function mineHeldOut(
  folder: string,
  versionsLearnedTo: readonly string[],
  onProgress: (progress: MineProgress) => void,
  signal?: AbortSignal,
): Promise<MinedSets> {
  return await mineOnce(
    learnedFrom(folder),
    () => cutForMeasuring(folder, versionsLearnedTo, signal),
    onProgress,
    signal,
  );
}
