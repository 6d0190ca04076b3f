/**
 * What a version learns to keep up: what its repository wrote since it learned last, and beside it a replay of what was there before and of
 * code from elsewhere, without which a model that goes on learning forgets (experience replay, Rolnick et al. 2019; for language models that are trained on,
 * Ibrahim et al. 2024, sections 5 and 6). Pure.
 */
import { Random } from '../common/random.ts';
import type { Schedule } from '../engine/training/trainJob.ts';
import type { Pair } from '../mining/types.ts';

/** What was written into a file. */
export interface NewLines {
  /** Commits ago, of the last change. */
  readonly age: number;
  /** Trimmed. */
  readonly lines: ReadonlySet<string>;
}

/** What is new, by how many commits ago it was written: 0 is the newest. */
export interface News {
  /** Ages of commits. */
  readonly commits: ReadonlyMap<string, number>;
  /** By path. */
  readonly written: ReadonlyMap<string, NewLines>;
  /** How much of a text stands of suggestions that were accepted, 0 to 1 (`liveComparison/standing.ts`); absent: nothing is known of it. */
  readonly standing?: (text: string) => number;
}

export interface KeepUpMethod {
  /** Share of the pairs that are older ones. */
  readonly replayShare: number;
  /** Share of the pairs that are of code from elsewhere. */
  readonly generalShare: number;
  /** How often what is new is learned at most. */
  readonly passes: number;
  /** Weight of what was written as a commit wrote it, beside 1 for a pair of the file as it is now. */
  readonly writtenWeight: number;
  /** Weight of what was accepted and stands, beside 1 for what was typed. */
  readonly standingWeight: number;
  /** Commits after which a pair weighs half, as a share of all new commits. */
  readonly halfLife: number;
  /** Of the learning rate of a tune from scratch. */
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

/** Commits ago, or null for what is not new. */
function ageOf(pair: Pair, { commits, written }: News): number | null {
  // A pair of the history is of its commit, whatever has happened to its file since.
  if (pair.kind === 'history') return commits.get(pair.commit) ?? null;
  const here = written.get(pair.path);
  return here !== undefined && isWritten(pair, here.lines) ? here.age : null;
}

/** Whether at least half of the lines that the middle lies in are among these. */
function isWritten({ prefix, middle, suffix }: Pair, lines: ReadonlySet<string>): boolean {
  const end = suffix.indexOf('\n');
  const whole = prefix.slice(prefix.lastIndexOf('\n') + 1) + middle + (end === -1 ? suffix : suffix.slice(0, end));
  const own = whole.split('\n').map((line) => line.trim());
  const known = own.filter((line) => line !== '');
  return known.length > 0 && known.filter((line) => lines.has(line)).length >= known.length / 2;
}

export interface ToLearn {
  /** In the order in which they are wanted, until there are tokens enough; a pair may come once for each pass. */
  readonly pairs: readonly Pair[];
  /** Pairs of `pairs` that are new, repetitions counted. */
  readonly news: number;
}

/**
 * What to learn of a data set's training pairs and of those from elsewhere (`general`), at most `most`; nothing where none is new.
 */
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

/** Pass after pass over all of them, the heavier the sooner in each, until there are `wanted`. */
function passes(from: readonly Weighed[], wanted: number, random: Random): Pair[] {
  const drawn: Pair[] = [];
  while (drawn.length < wanted && from.length > 0) drawn.push(...weightedOrder(from, random));
  return drawn.slice(0, wanted);
}

/** Drawn one after the other by weight, without replacement (Efraimidis & Spirakis 2006). */
function weightedOrder(from: readonly Weighed[], random: Random): Pair[] {
  return from
    .map(({ pair, weight }) => ({ pair, key: -Math.log(1 - random.next()) / weight }))
    .sort((a, b) => a.key - b.key)
    .map(({ pair }) => pair);
}

/** Each spread evenly, so that a beginning of the list has the same shares as all of it. */
function interleaved(lists: readonly (readonly Pair[])[]): Pair[] {
  const placed = lists.flatMap((list) => list.map((pair, i) => ({ pair, at: (i + 0.5) / list.length })));
  return placed.sort((one, other) => one.at - other.at).map(({ pair }) => pair);
}

/** Less is not worth a run. */
export const LEAST_KEEP_UP_TOKENS = 4096;

/** Tokens of one step: as few as gradients bear, for many small steps. */
const TOKENS_PER_STEP = 1024;

/** One pass over what was drawn, at a rate that lets what is known stay. `usual`: the schedule of a tune from scratch. */
export function keepUpSchedule(usual: Schedule, trainTokens: number, { rateShare }: KeepUpMethod = KEEP_UP): Schedule {
  const steps = Math.max(1, Math.floor(trainTokens / TOKENS_PER_STEP));
  return {
    ...usual,
    steps,
    tokensPerStep: TOKENS_PER_STEP,
    // Adam's moments begin at zero again, and know the size of the gradients after some twenty steps.
    warmupSteps: Math.max(1, Math.min(20, Math.round(steps * 0.1))),
    learningRate: usual.learningRate * rateShare,
    // Nothing but its end: what a few dozen steps change is less than what a look before would show.
    evaluateEvery: steps,
  };
}
