/** Walks one repository's history forward: before each chunk every arm is measured on what it adds, then the chunk is learned. */
import { basename, join } from 'node:path';
import { Random } from '../../server/common/random.ts';
import type { AdapterRef, LoadedEngine } from '../../server/engine/types.ts';
import { mineOnce } from '../../server/mining/index.ts';
import type { Dataset, Pair } from '../../server/mining/types.ts';
import type { KeepUpMethod } from '../../server/tuning/keepUp.ts';
import { layoutPairs } from '../../server/tuning/layoutAdapters.ts';
import { learnedFrom } from '../../server/tuning/learnedFrom.ts';
import { drawHeldOut } from '../../server/tuning/prepare.ts';
import { newsSince } from '../../server/versions/news.ts';
import { History } from './chunks.ts';
import { keepUp, tuneAnew } from './learn.ts';
import { measure } from './measure.ts';
import { type Learned, learned, type Measured, measured, WalkFolder } from './work.ts';

export const ARMS = ['base', 'once', 'anew', 'kept'] as const;
export type Arm = (typeof ARMS)[number];

export interface WalkOptions {
  readonly serving: LoadedEngine;
  readonly commits: number;
  readonly chunks: number;
  /** Tokens of a tune from scratch, and the most that keeping up learns from a chunk. */
  readonly tuneTokens: number;
  readonly keepUpTokens: number;
  /** How many of each chunk's additions are scored, and how many completed, at most. */
  readonly pairs: number;
  readonly places: number;
  /** Held-out pairs from the start, and from Repotune's own sources, that show what was forgotten. */
  readonly older: number;
  readonly seed: number;
  readonly threads: number;
  readonly method: KeepUpMethod;
  /** Distinguishes the results of this method from others'. */
  readonly methodName: string;
  readonly work: string;
  say(text: string): void;
}

export interface Chunk {
  /** The day of the commit after which it begins. */
  readonly day: string;
  readonly arms: Readonly<Record<Arm, Measured>>;
  /** The tune anew on everything before it. */
  readonly anew: Learned;
  readonly kept: Learned;
}

export interface Walk {
  readonly repository: string;
  readonly chunks: readonly Chunk[];
  /** On held-out files as they were at the start. */
  readonly older: Readonly<Record<'once' | 'kept' | 'anew', Measured>>;
  /** On Repotune's own code. */
  readonly elsewhere: Readonly<Record<'once' | 'kept', Measured>>;
}

export async function walk(from: string, options: WalkOptions): Promise<Walk> {
  const { serving, commits, chunks, seed, threads, work: path, method, methodName, tuneTokens, say } = options;
  const repository = basename(from);
  const work = new WalkFolder(path);
  // Under the repository's own name, which is part of some bases' prompts.
  const history = History.of(from, join(path, repository));
  const cuts = history.cuts(commits, chunks);
  const walked: Chunk[] = [];
  let [once, before, older]: [Learned | null, Learned | null, readonly Pair[]] = [null, null, []];
  let last: Learned | null = null;
  for (const [i, cut] of cuts.slice(0, -1).entries()) {
    const telling = (text: string): void => say(`${repository}, chunk ${i + 1} of ${chunks}: ${text}`);
    const { dataset, added } = await mineAt(history, cut, cuts[i + 1]!, telling);
    const learning = { work, serving, dataset, seed, threads };
    const anew: Learned = await work.once(`anew-${i}`, learned, () => {
      telling('tuning anew');
      return tuneAnew({ ...learning, name: `anew-${i}`, tokens: tuneTokens });
    });
    once ??= anew;
    const name = `kept-${methodName}-${i}`;
    const kept: Learned =
      before === null
        ? anew
        : await work.once(name, learned, async () => {
            telling('keeping up');
            const news = await newsSince(history.folder, cuts[i - 1]!, cut);
            if (news === null) throw new Error(`git does not say what was written between ${cuts[i - 1]} and ${cut}.`);
            const next = { ...learning, name, tokens: options.keepUpTokens };
            const { adapter, scale } = before!;
            const made = await keepUp(next, { adapter: adapter!, scale }, news, method);
            return made.adapter === null ? { ...made, adapter } : made;
          });
    before = kept;
    last = anew;
    if (i === 0) older = drawHeldOut(dataset.pairs, options.older);
    const pairs = new Random(0, 'keep-up', cut).shuffle(added).slice(0, options.pairs);
    telling(`${added.length} additions to measure on, ${pairs.length} of them taken`);
    const measuring = { serving, repository, places: options.places };
    const of = (name: string, adapter: Learned | null): Promise<Measured> =>
      work.once(`measured-${name}-${i}`, measured, () => measure(pairs, refOf(work, adapter), measuring));
    walked.push({
      day: history.dayOf(cut),
      anew,
      kept,
      arms: {
        base: await of('base', null),
        once: await of('once', once),
        anew: i === 0 ? await of('once', once) : await of('anew', anew),
        kept: i === 0 ? await of('once', once) : await of(`kept-${methodName}`, kept),
      },
    });
  }
  say(`${repository}: measuring on older code`);
  const scoring = { serving, repository, places: 0 };
  const on = (name: string, adapter: Learned | null): Promise<Measured> =>
    work.once(`older-${name}-of-${options.older}`, measured, () => measure(older, refOf(work, adapter), scoring));
  const elsewhere = (await layoutPairs()).filter(({ split }) => split === 'held-out').slice(0, options.older);
  const there = (name: string, adapter: Learned | null): Promise<Measured> =>
    work.once(`elsewhere-${name}-of-${options.older}`, measured, () =>
      measure(elsewhere, refOf(work, adapter), scoring),
    );
  return {
    repository,
    chunks: walked,
    older: { once: await on('once', once), kept: await on(`kept-${methodName}`, before), anew: await on('anew', last) },
    elsewhere: { once: await there('once', once), kept: await there(`kept-${methodName}`, before) },
  };
}

/** What may be learned at `cut`, and what the commits up to `next` added to it. */
async function mineAt(
  history: History,
  cut: string,
  next: string,
  say: (text: string) => void,
): Promise<{ readonly dataset: Dataset; readonly added: readonly Pair[] }> {
  say(`mining at ${cut.slice(0, 10)}`);
  history.standAt(next);
  const { dataset, byTime } = await mineOnce(learnedFrom(history.folder), async () => cut);
  if (byTime === null)
    throw new Error(`Between ${cut} and ${next} there is too little to learn, or to measure on. Ask for fewer chunks.`);
  return { dataset, added: byTime.pairs };
}

function refOf(work: WalkFolder, adapter: Learned | null): AdapterRef | null {
  return adapter?.adapter == null ? null : { id: adapter.adapter, path: join(work.path, adapter.adapter), scale: 1 };
}
