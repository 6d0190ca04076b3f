/** The pairs of a tune, or of a measurement: held out by file always, by time as well where there is history enough. */
import type { StoredAdapter } from '../adapters/store.ts';
import { mineOnce } from '../mining/index.ts';
import type { MinedSets } from '../mining/sets.ts';
import type { MineProgress } from '../mining/types.ts';
import { cutForMeasuring, cutForTune } from './cuts.ts';
import { learnedFrom } from './learnedFrom.ts';
import type { TuneOptions } from './types.ts';

/** `parent`: the version that the tune goes on from. */
export async function mineSplits(
  { folder, seed, byTime }: Pick<TuneOptions, 'folder' | 'seed' | 'byTime'>,
  parent: StoredAdapter | null,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<MinedSets> {
  const options = { ...learnedFrom(folder), ...(seed === undefined ? {} : { seed }) };
  const cutOf = async (): Promise<string | null> => (byTime ? await cutForTune(folder, parent, signal) : null);
  const sets = await mineOnce(options, cutOf, onProgress, signal);
  if (!byTime || sets.byTime !== null) return sets;
  const warning = 'The history is too short to hold out what its newest commits added; held out is by file alone.';
  return { ...sets, dataset: { ...sets.dataset, warnings: [...sets.dataset.warnings, warning] } };
}

/** What versions are measured on: pairs that none of them has learned, by file and by time. */
export async function mineHeldOut(
  folder: string,
  versions: readonly StoredAdapter[],
  onProgress: (progress: MineProgress) => void,
  signal?: AbortSignal,
): Promise<MinedSets> {
  return await mineOnce(learnedFrom(folder), () => cutForMeasuring(folder, versions, signal), onProgress, signal);
}
