/** The pairs that a run learns: all, those of files changed since the version it continues from, or those for keeping up. */
import { readStanding } from '../adapters/standingFile.ts';
import type { StoredAdapter } from '../adapters/store.ts';
import { standingShare } from '../liveComparison/standing.ts';
import type { MinedSets } from '../mining/sets.ts';
import { learnedTo } from '../protocol/manifest.ts';
import { TuneError } from '../tuning/errors.ts';
import { drawToLearn, LEAST_KEEP_UP_TOKENS } from '../tuning/keepUp.ts';
import { layoutPairs } from '../tuning/layoutAdapters.ts';
import type { Preparation, Train } from '../tuning/prepare.ts';
import { pairsInTime, TOKENS_PER_PAIR } from '../tuning/trainRun.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { changedSince, FROM_SCRATCH } from '../versions/continuing.ts';
import { newsSince } from '../versions/news.ts';

const MOST_TRAIN_PAIRS = 8000;

export interface LearnRequest {
  readonly options: TuneOptions;
  readonly storeDir: string;
  readonly splits: MinedSets;
  readonly parent: StoredAdapter | null;
  readonly preparation: Preparation;
  readonly seed: number;
  /** Time for training. */
  readonly seconds: number;
  readonly tokensPerSecond: number;
  /** How many to take instead of what that time allows. */
  readonly pairs?: number;
}

export async function whatToLearn(request: LearnRequest, signal: AbortSignal): Promise<Train> {
  const { options, splits, parent, preparation, seed, seconds, tokensPerSecond } = request;
  const affordable = request.pairs ?? Math.min(MOST_TRAIN_PAIRS, pairsInTime(seconds, tokensPerSecond));
  if (options.keepUp === true && parent !== null) return await toKeepUp(request, parent, affordable, signal);
  const changed = parent && (await changedSince(options.folder, parent, splits.learnedTo, splits.dataset));
  return await preparation.train(affordable, seed, changed, signal);
}

async function toKeepUp(
  { options: { folder }, storeDir, splits, preparation, seed }: LearnRequest,
  parent: StoredAdapter,
  affordable: number,
  signal: AbortSignal,
): Promise<Train> {
  const from = learnedTo(parent.manifest);
  const news = await newsSince(folder, from, splits.learnedTo, signal);
  if (news === null)
    throw new TuneError(
      `The last commit that adapter ${parent.id} learned (${from.slice(0, 10) || 'none'}) is no longer in this branch's history, so what is new is not known. ${FROM_SCRATCH}`,
    );
  const lines = await readStanding(storeDir);
  const known = { ...news, standing: (text: string) => standingShare(lines, text) };
  const drawn = drawToLearn(splits.dataset.pairs, await layoutPairs(), known, affordable, seed);
  const learned = await preparation.trainOn(drawn.pairs, affordable * TOKENS_PER_PAIR, signal);
  if (learned.tokens < LEAST_KEEP_UP_TOKENS)
    throw new TuneError(
      `Too little has been written since adapter ${parent.id} was tuned (commit ${from.slice(0, 10)}) to learn from. Commit more first.`,
    );
  return learned;
}
