import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { isRacy, type MiningCache } from './cache.ts';
import { type FileJob, type MinedFile, middleFields } from './fileMiner.ts';
import { leakedMiddles } from './leakage.ts';
import { pairsOf, remembering, type TextOf, textReader } from './materialize.ts';
import { densityFor, type MixKind, mixKinds } from './mix.ts';
import { Pauses } from './pauses.ts';
import { mineFiles } from './pool.ts';
import { type Draft, drafts, duplicateReasons, sample } from './select.ts';
import type { Candidate, Listing } from './sources.ts';
import type { SplitFile } from './split.ts';
import type { FileVerdict, MineOptions, MineProgress, Pair, Split } from './types.ts';

export const defaults = {
  seed: 1,
  maxTrainPairs: 12_000,
  maxHeldOutPairs: 2_000,
  maxCommits: 1_000,
  maxHistoryPairs: 1_500,
} as const;

/** Of texts that are read twice: what a repository of ordinary size has. */
const rememberedChars = 24 << 20;

/** Pairs that a dataset has at most. */
export function mostPairsOf({ maxTrainPairs, maxHeldOutPairs }: Partial<MineOptions>): number {
  return (maxTrainPairs ?? defaults.maxTrainPairs) + (maxHeldOutPairs ?? defaults.maxHeldOutPairs);
}

/** A listing mined: its pairs, and what later steps need to add to them. */
export interface Mined {
  readonly pairs: readonly Pair[];
  readonly files: readonly FileVerdict[];
  /** Files that count: readable, sources, the first of their duplicates. Ordered by path. */
  readonly taken: readonly MinedFile[];
  readonly splits: ReadonlyMap<string, Split>;
  readonly read: TextOf;
  readonly language: (path: string) => string;
  readonly drawn: number;
  readonly repeated: number;
  /** Held-out middles that were examined, and those of them that training does not have too. */
  readonly heldOutBefore: number;
  readonly heldOutAfter: number;
  readonly cachedFiles: number;
  readonly milliseconds: { readonly files: number; readonly select: number };
}

export interface MineListingOptions {
  readonly mine: MineOptions;
  readonly listing: Listing;
  readonly commit: string;
  readonly splitOf: (files: readonly SplitFile[]) => ReadonlyMap<string, Split>;
  /** Being read while the folder is listed. */
  readonly cache: Promise<MiningCache>;
  /** Pairs that will be wanted, where that is not what `mine` says: results are then the ones of another run. */
  readonly mostPairs?: number;
  readonly onProgress: (progress: MineProgress) => void;
  readonly signal: AbortSignal | undefined;
}

export async function mineListing(options: MineListingOptions): Promise<Mined> {
  const { mine, listing, commit, signal } = options;
  const clock = new Clock();
  const { mined, fromCache, saved } = await mineCandidates(listing.candidates, options);
  const filesMs = clock.lap();
  const byPath = new Map(listing.candidates.map((candidate) => [candidate.path, candidate]));
  const language = (path: string) => languageName(byPath.get(path));
  const read = textReader(
    (path) => fullPathOf(listing.root, byPath.get(path), path),
    (path) => mined.get(path)?.contentHash,
    // One mined just now may have changed between its listing and its reading.
    (path) => (fromCache.has(path) ? listedStat(byPath.get(path)) : null),
  );
  const { taken, duplicates } = distinctFiles(mined);
  const splits = options.splitOf(taken.map(({ path, middles }) => ({ path, middles: middles.length / middleFields })));
  const all = drafts(taken, splits);
  const of = (split: Split) => all.drafts.filter((draft) => draft.split === split);
  const maxHeldOut = mine.maxHeldOutPairs ?? defaults.maxHeldOutPairs;
  // More than are kept, because some will turn out to be in training too.
  const examined = sample(of('held-out'), Math.ceil(maxHeldOut * 1.3));
  const pauses = new Pauses(signal);
  const readOnce = remembering(read, rememberedChars);
  const honest = await withoutLeaks(examined, taken, splits, readOnce, pauses);
  const chosen = [...sample(of('train'), mine.maxTrainPairs ?? defaults.maxTrainPairs), ...sample(honest, maxHeldOut)];
  signal?.throwIfAborted();
  const { pairs, changed } = await materialize(chosen, readOnce, language, commit, pauses);
  await saved;
  return {
    pairs,
    files: listing.candidates.map((candidate) => verdictOf(candidate, mined.get(candidate.path), duplicates, changed)),
    taken,
    splits,
    read,
    language,
    drawn: all.drafts.length + all.repeated,
    repeated: all.repeated,
    heldOutBefore:
      examined.length + Math.round((all.repeatedHeldOut * examined.length) / Math.max(1, of('held-out').length)),
    heldOutAfter: honest.length,
    cachedFiles: fromCache.size,
    milliseconds: { files: filesMs, select: clock.lap() },
  };
}

async function mineCandidates(
  candidates: readonly Candidate[],
  { mine: options, mostPairs = mostPairsOf(options), cache: opening, onProgress, signal }: MineListingOptions,
): Promise<{ mined: Map<string, MinedFile>; fromCache: ReadonlySet<string>; saved: Promise<void> }> {
  const cache = await opening;
  const seed = options.seed ?? defaults.seed;
  const kinds = options.kinds
    ? { kinds: mixKinds.filter((kind) => options.kinds?.includes(kind)) satisfies MixKind[] }
    : {};
  const open = candidates.flatMap((candidate) => (candidate.kind === 'open' ? [candidate] : []));
  const mined = new Map<string, MinedFile>();
  const jobs: { job: FileJob; bytes: number }[] = [];
  const density = densityFor(
    open.reduce((sum, { stat }) => sum + stat.size, 0),
    mostPairs,
  );
  const stats = new Map(open.map(({ path, stat }) => [path, stat]));
  for (const { path, fullPath, language, stat } of open) {
    const definitions = (options.contextChars ?? 0) > 0;
    const job: FileJob = { path, fullPath, language, seed, density, definitions, ...kinds };
    const known = cache.get(job, stat);
    if (known) mined.set(path, known);
    else jobs.push({ job, bytes: stat.size });
  }
  const fromCache = new Set(mined.keys());
  const bytesTotal = jobs.reduce((sum, { bytes }) => sum + bytes, 0);
  const jobOf = new Map(jobs.map(({ job }) => [job.path, job]));
  let bytesDone = 0;
  let filesDone = 0;
  await mineFiles(jobs, {
    signal,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    onFile(file) {
      mined.set(file.path, file);
      const stat = stats.get(file.path);
      const job = jobOf.get(file.path);
      if (stat && job) cache.set(job, stat, file);
      bytesDone += file.bytes;
      filesDone++;
      if (filesDone % 32 === 0)
        onProgress({ stage: 'parse', filesDone, filesTotal: jobs.length, bytesDone, bytesTotal });
    },
  });
  // A cache that cannot be written (read-only clone, full disk) costs the next run its time, nothing else. Disks are slow: nobody
  // waits for it before the end.
  const saved = cache.save().catch(() => {});
  return { mined, fromCache, saved };
}

function distinctFiles(mined: ReadonlyMap<string, MinedFile>): { taken: MinedFile[]; duplicates: Map<string, string> } {
  const readable = [...mined.values()]
    .filter(({ reason }) => reason === undefined)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const duplicates = duplicateReasons(readable);
  return { taken: readable.filter(({ path }) => !duplicates.has(path)), duplicates };
}

async function withoutLeaks(
  heldOut: readonly Draft[],
  taken: readonly MinedFile[],
  splits: ReadonlyMap<string, Split>,
  read: TextOf,
  pauses: Pauses,
): Promise<Draft[]> {
  const texts = new Map<string, string>();
  for (const { file } of heldOut) {
    if (texts.has(file.path)) continue;
    if (pauses.due) await pauses.take();
    texts.set(file.path, read(file.path) ?? '');
  }
  const middles = heldOut.map(
    ({ file, field }) => texts.get(file.path)?.slice(file.middles[field + 1], file.middles[field + 2]) ?? '',
  );
  const training = taken
    .filter(({ path }) => splits.get(path) === 'train')
    .map(({ path, fingerprints }) => ({ fingerprints, text: () => read(path) ?? '' }));
  const leaked = await leakedMiddles(middles, training, pauses);
  return heldOut.filter((_, i) => !leaked.has(i));
}

async function materialize(
  chosen: readonly Draft[],
  read: TextOf,
  language: (path: string) => string,
  commit: string,
  pauses: Pauses,
): Promise<{ pairs: Pair[]; changed: Set<string> }> {
  const pairs: Pair[] = [];
  const changed = new Set<string>();
  for (const [{ path }, own] of Map.groupBy(chosen, ({ file }) => file)) {
    if (pauses.due) await pauses.take();
    const text = read(path);
    if (text === null) changed.add(path);
    else pairs.push(...pairsOf(text, own, language(path), commit));
  }
  return { pairs, changed };
}

function listedStat(candidate: Candidate | undefined): Stats | null {
  return candidate?.kind === 'open' && !isRacy(candidate.stat) ? candidate.stat : null;
}

function fullPathOf(root: string, candidate: Candidate | undefined, path: string): string {
  return candidate?.kind === 'open' ? candidate.fullPath : join(root, path);
}

function languageName(candidate: Candidate | undefined): string {
  return candidate?.kind === 'open' ? candidate.language : '';
}

function verdictOf(
  candidate: Candidate,
  file: MinedFile | undefined,
  duplicates: ReadonlyMap<string, string>,
  changed: ReadonlySet<string>,
): FileVerdict {
  const { path } = candidate;
  if (candidate.kind === 'left-out')
    return { path, language: null, bytes: candidate.bytes, verdict: 'left-out', reason: candidate.reason };
  const { language } = candidate;
  const bytes = file?.bytes ?? candidate.stat.size;
  const reason = file?.reason ?? duplicates.get(path) ?? (changed.has(path) ? 'changed while it was read' : undefined);
  return reason === undefined
    ? { path, language, bytes, verdict: 'taken' }
    : { path, language, bytes, verdict: 'left-out', reason };
}

/** Milliseconds between its readings. */
export class Clock {
  #last = performance.now();

  lap(): number {
    const now = performance.now();
    const lap = Math.round(now - this.#last);
    this.#last = now;
    return lap;
  }
}
