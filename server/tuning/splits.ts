/** The pairs of a tune or of a measurement: always held out by file, and by time as well if there is enough history. */
import { Random } from '../common/random.ts';
import { mineOnce } from '../mining/index.ts';
import type { MinedSets } from '../mining/sets.ts';
import type { MineOptions, MineProgress, Pair } from '../mining/types.ts';
import { cutForMeasuring, cutForTune } from './cuts.ts';
import { learnedFrom } from './learnedFrom.ts';
import { drawHeldOut } from './prepare.ts';
import type { TuneOptions } from './types.ts';

type SplitOptions = Pick<TuneOptions, 'folder' | 'seed' | 'byTime'> & Pick<MineOptions, 'processes'>;

/** `parentLearnedTo`: the commit learned by the version that the tune continues from. */
export async function mineSplits(
  options: SplitOptions,
  parentLearnedTo: string | null,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<MinedSets> {
  return await mineAround(options, () => cutForTune(options.folder, parentLearnedTo, signal), onProgress, signal);
}

/** The same for a run that goes on with what it learned from: nothing up to that commit is held out by time. */
export async function mineSplitsAgain(
  options: SplitOptions,
  learnedTo: string,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<MinedSets> {
  return await mineAround(options, () => cutForMeasuring(options.folder, [learnedTo], signal), onProgress, signal);
}

async function mineAround(
  { folder, seed, byTime, processes }: SplitOptions,
  cut: () => Promise<string | null>,
  onProgress: (progress: MineProgress) => void,
  signal: AbortSignal,
): Promise<MinedSets> {
  const options = {
    ...learnedFrom(folder),
    ...(seed === undefined ? {} : { seed }),
    ...(processes === undefined ? {} : { processes }),
  };
  const cutOf = async (): Promise<string | null> => (byTime ? await cut() : null);
  const sets = await mineOnce(options, cutOf, onProgress, signal);
  if (!byTime || sets.byTime !== null) return sets;
  const warning = 'The history is too short to hold out its newest commits, so only files are held out.';
  return { ...sets, dataset: { ...sets.dataset, warnings: [...sets.dataset.warnings, warning] } };
}

/** What versions are measured on: pairs that none of them has learned. */
export interface HeldOutRequest {
  readonly folder: string;
  /** The commit that each version has learned. */
  readonly versionsLearnedTo: readonly string[];
  /** Most pairs, by file and by time. */
  readonly most: { readonly byFile: number; readonly byTime: number };
  /** Whether to return text that they may have memorized. */
  readonly learned: boolean;
}

export interface HeldOutPairs {
  readonly repository: string;
  /** The folder that paths are relative to. */
  readonly root: string;
  readonly firstCommit: string;
  /** In the order in which a tune would measure on them. */
  readonly byFile: readonly Pair[];
  readonly byTime: readonly Pair[] | null;
  /** What they were allowed to learn from, one pair per file. The manifest does not record what a version was actually trained on. */
  readonly learned: readonly Pair[];
}

/** UTF-16 units of learned text: more takes seconds to search and hardly finds more. */
const MOST_LEARNED = 8 << 20;

export async function mineHeldOut(
  { folder, versionsLearnedTo, most, learned }: HeldOutRequest,
  onProgress: (progress: MineProgress) => void,
  signal?: AbortSignal,
  processes?: number,
): Promise<HeldOutPairs> {
  const { dataset, byTime } = await mineOnce(
    { ...learnedFrom(folder), ...(processes === undefined ? {} : { processes }) },
    () => cutForMeasuring(folder, versionsLearnedTo, signal),
    onProgress,
    signal,
  );
  const { repository, root, firstCommit, pairs } = dataset;
  return {
    repository,
    root,
    firstCommit,
    byFile: drawHeldOut(pairs, most.byFile),
    byTime: byTime && drawHeldOut(byTime.pairs, most.byTime),
    learned: learned ? onePerFile(pairs.filter(({ split }) => split === 'train')) : [],
  };
}

function onePerFile(pairs: readonly Pair[]): Pair[] {
  const files = new Map<string, Pair>();
  let units = 0;
  for (const pair of new Random(0, 0x5eed).shuffle(pairs)) {
    if (units >= MOST_LEARNED) break;
    if (files.has(pair.path)) continue;
    files.set(pair.path, pair);
    units += pair.prefix.length + pair.middle.length + pair.suffix.length;
  }
  return [...files.values()];
}
