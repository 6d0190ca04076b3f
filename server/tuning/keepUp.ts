/**
 * What a version learns to keep up: what its repository wrote since it last learned, plus a replay of earlier code and of code from
 * elsewhere, without which a model forgets as it continues to learn (experience replay, Rolnick et al. 2019; for continued training of
 * language models, Ibrahim et al. 2024, sections 5 and 6). Pure.
 */
import { Random } from '../common/random.ts';
import type { Schedule } from '../engine/training/trainJob.ts';
import type { Pair } from '../mining/types.ts';

/** Lines newly written into a file. */
export interface NewLines {
  /** Commits since the last change. */
  readonly age: number;
  /** Trimmed lines. */
  readonly lines: ReadonlySet<string>;
}

/** What is new, by age in commits: 0 is the newest. */
export interface News {
  /** Age of each commit. */
  readonly commits: ReadonlyMap<string, number>;
  /** By path. */
  readonly written: ReadonlyMap<string, NewLines>;
  /** Share of a text that accepted suggestions wrote, 0 to 1 (`liveComparison/standing.ts`); absent if nothing is known. */
  readonly standing?: (text: string) => number;
}

export interface KeepUpMethod {
  /** Share of older pairs. */
  readonly replayShare: number;
  /** Share of pairs of code from elsewhere. */
  readonly generalShare: number;
  /** How often new text is learned at most. */
  readonly passes: number;
  /** Weight of a pair as a commit wrote it; a pair from the file's current text weighs 1. */
  readonly writtenWeight: number;
  /** Weight of accepted text that still stands; typed text weighs 1. */
  readonly standingWeight: number;
  /** Half-life of a pair's weight in commits, as a share of all new commits. */
  readonly halfLife: number;
  /** Learning rate as a share of that of a tune from scratch. */
  readonly rateShare: number;
}

/** Chosen by `npm run bench -- keep-up` (bench/results/keep-up.md). */
export const KEEP_UP: KeepUpMethod = {
  replayShare: 0.4,
  generalShare: 0.1,
  passes: 2,
  writtenWeight: 2,
  standingWeight: 2,
  halfLife: 0.5,
  rateShare: 0.3,
};

/** Age in commits; null for what is not new. */
function ageOf(pair: Pair, { commits, written }: News): number | null {
  // A history pair has its commit's age, whatever has happened to its file since.
  if (pair.kind === 'history') return commits.get(pair.commit) ?? null;
  const here = written.get(pair.path);
  return here !== undefined && isWritten(pair, here.lines) ? here.age : null;
}

/** Whether at least half of the lines that the middle spans are among `lines`. */
function isWritten({ prefix, middle, suffix }: Pair, lines: ReadonlySet<string>): boolean {
  const end = suffix.indexOf('\n');
  const whole = prefix.slice(prefix.lastIndexOf('\n') + 1) + middle + (end === -1 ? suffix : suffix.slice(0, end));
  const own = whole.split('\n').map((line) => line.trim());
  const known = own.filter((line) => line !== '');
  return known.length > 0 && known.filter((line) => lines.has(line)).length >= known.length / 2;
}

export interface ToLearn {
  /** In order of preference, until there are enough tokens; a pair may occur once per pass. */
  readonly pairs: readonly Pair[];
  /** How many of `pairs` are new, counting repetitions. */
  readonly news: number;
}

/** Draws up to `most` pairs to learn from a data set's training pairs and those from elsewhere (`general`); nothing if none is new. */
export function drawToLearn(
  pairs: readonly Pair[],
  general: readonly Pair[],
  news: News,
  most: number,
  seed: number,
  method: KeepUpMethod = KEEP_UP,
): ToLearn {
  const fresh: Weighed[] = [];
  const older: Weighed[] = [];
  const halfLife = Math.max(1, news.commits.size * method.halfLife);
  for (const pair of pairs) {
    if (pair.split !== 'train') continue;
    const age = ageOf(pair, news);
    if (age === null) {
      older.push({ pair, weight: 1 });
      continue;
    }
    const written = pair.kind === 'history' ? method.writtenWeight : 1;
    const stands = 1 + (method.standingWeight - 1) * (news.standing?.(pair.middle) ?? 0);
    fresh.push({ pair, weight: 2 ** (-age / halfLife) * written * stands });
  }
  const newShare = 1 - method.replayShare - method.generalShare;
  const wantedNews = Math.min(Math.round(most * newShare), fresh.length * method.passes);
  const random = new Random(seed, 'keep-up');
  const beside = (from: readonly Weighed[], share: number): Pair[] =>
    passes(from, Math.min(Math.round((wantedNews * share) / newShare), from.length), random);
  const drawnNews = passes(fresh, wantedNews, random);
  const drawnOlder = beside(older, method.replayShare);
  const elsewhere = general.filter(({ split }) => split === 'train').map((pair) => ({ pair, weight: 1 }));
  const drawnGeneral = beside(elsewhere, method.generalShare);
  return { pairs: interleaved([drawnNews, drawnOlder, drawnGeneral]), news: drawnNews.length };
}

interface Weighed {
  readonly pair: Pair;
  readonly weight: number;
}

/** Pass after pass over all of them, heavier ones earlier in each, until there are `wanted`. */
function passes(from: readonly Weighed[], wanted: number, random: Random): Pair[] {
  const drawn: Pair[] = [];
  while (drawn.length < wanted && from.length > 0) drawn.push(...weightedOrder(from, random));
  return drawn.slice(0, wanted);
}

/** Weighted random order without replacement (Efraimidis & Spirakis 2006). */
function weightedOrder(from: readonly Weighed[], random: Random): Pair[] {
  return from
    .map(({ pair, weight }) => ({ pair, key: -Math.log(1 - random.next()) / weight }))
    .sort((a, b) => a.key - b.key)
    .map(({ pair }) => pair);
}

/** Spreads each list evenly, so that any prefix of the result has the same shares as the whole. */
function interleaved(lists: readonly (readonly Pair[])[]): Pair[] {
  const placed = lists.flatMap((list) => list.map((pair, i) => ({ pair, at: (i + 0.5) / list.length })));
  return placed.sort((one, other) => one.at - other.at).map(({ pair }) => pair);
}

/** Fewer are not worth a run. */
export const LEAST_KEEP_UP_TOKENS = 4096;

/** Tokens per step: as few as gradients tolerate, for many small steps. */
const TOKENS_PER_STEP = 1024;

/** One pass over what was drawn, at a rate that preserves what is known. `usual`: the schedule of a tune from scratch. */
export function keepUpSchedule(usual: Schedule, trainTokens: number, { rateShare }: KeepUpMethod = KEEP_UP): Schedule {
  const steps = Math.max(1, Math.floor(trainTokens / TOKENS_PER_STEP));
  return {
    ...usual,
    steps,
    tokensPerStep: TOKENS_PER_STEP,
    // Adam's moments restart at zero and need some twenty steps to estimate the size of the gradients.
    warmupSteps: Math.max(1, Math.min(20, Math.round(steps * 0.1))),
    learningRate: usual.learningRate * rateShare,
    // Only at the end: what a few dozen steps change is less than an earlier evaluation could show.
    evaluateEvery: steps,
  };
}
