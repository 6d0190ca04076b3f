import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { isRacy, type MiningCache } from './cache.ts';
import type { FileJob, MinedFile } from './fileMiner.ts';
import { leakedMiddles, type TrainingText } from './leakage.ts';
import { pairsOf, remembering, type TextOf, textReader } from './materialize.ts';
import { densityFor, type MixKind, mixKinds } from './mix.ts';
import { Pauses } from './pauses.ts';
import { mineFiles } from './pool.ts';
import { type Draft, drafts, duplicateReasons, sample } from './select.ts';
import type { Candidate, Listing } from './sources.ts';
import type { FileVerdict, MineOptions, MineProgress, Pair, Split } from './types.ts';

export const defaults = {
  seed: 1,
  maxTrainPairs: 12_000,
  maxHeldOutPairs: 2_000,
  maxCommits: 1_000,
  maxHistoryPairs: 1_500,
} as const;

/** Characters kept of texts that are read twice: all of an ordinary repository. */
const rememberedChars = 24 << 20;

/** Most pairs of a dataset. */
export function mostPairsOf({ maxTrainPairs, maxHeldOutPairs }: Partial<MineOptions>): number {
  return (maxTrainPairs ?? defaults.maxTrainPairs) + (maxHeldOutPairs ?? defaults.maxHeldOutPairs);
}

/** A tree of files, read, with what later steps need to draw pairs from it. */
export interface Tree {
  readonly commit: string;
  readonly files: readonly FileVerdict[];
  /** Files to mine: readable sources, the first of any duplicates. Ordered by path. */
  readonly taken: readonly MinedFile[];
  readonly mined: ReadonlyMap<string, MinedFile>;
  readonly read: TextOf;
  readonly language: (path: string) => string;
  readonly density: number;
  readonly cachedFiles: number;
  /** Resolves when the cache is written: only the end waits for a slow disk. */
  readonly saved: Promise<void>;
  readonly milliseconds: number;
}

export interface TreeOptions {
  readonly mine: MineOptions;
  readonly listing: Listing;
  readonly commit: string;
  /** Is read while the folder is listed. */
  readonly cache: Promise<MiningCache>;
  /** Overrides the number of pairs in `mine`, so that results match another run's. */
  readonly mostPairs?: number;
  /** An overlapping tree, and its paths with the same content, which are not read again. */
  readonly like?: { readonly tree: Tree; readonly same: ReadonlySet<string> };
  readonly onProgress: (progress: MineProgress) => void;
  readonly signal: AbortSignal | undefined;
}

export async function readTree(options: TreeOptions): Promise<Tree> {
  const { listing, commit } = options;
  const clock = new Clock();
  const { mined, fromCache, density, saved } = await mineCandidates(listing.candidates, options);
  const byPath = new Map(listing.candidates.map((candidate) => [candidate.path, candidate]));
  const read = textReader(
    (path) => fullPathOf(listing.root, byPath.get(path), path),
    (path) => mined.get(path)?.contentHash,
    // One mined just now may have changed between listing and reading.
    (path) => (fromCache.has(path) ? listedStat(byPath.get(path)) : null),
  );
  const { taken, duplicates } = distinctFiles(mined);
  return {
    commit,
    files: listing.candidates.map((candidate) => verdictOf(candidate, mined.get(candidate.path), duplicates)),
    taken,
    mined,
    read: remembering(read, rememberedChars),
    language: (path) => languageName(byPath.get(path)),
    density,
    cachedFiles: fromCache.size,
    saved,
    milliseconds: clock.lap(),
  };
}

/** Files of one or two trees to learn from and to hold out, and the pairs drawn from them. */
export interface Sources {
  readonly train: { readonly tree: Tree; readonly files: readonly MinedFile[] };
  readonly heldOut: { readonly tree: Tree; readonly files: readonly MinedFile[] };
}

export interface Drawn {
  readonly pairs: readonly Pair[];
  /** Files of both trees that changed between mining and drawing. */
  readonly changed: ReadonlySet<string>;
  readonly drawn: number;
  readonly repeated: number;
  /** Held-out middles examined; `heldOut`: those that training does not contain. */
  readonly heldOutBefore: number;
  readonly heldOutAfter: number;
  readonly milliseconds: number;
}

export async function drawPairs(
  { train, heldOut }: Sources,
  mine: MineOptions,
  signal: AbortSignal | undefined,
): Promise<Drawn> {
  const clock = new Clock();
  const all = drafts({ train: train.files, 'held-out': heldOut.files });
  const of = (split: Split) => all.drafts.filter((draft) => draft.split === split);
  const maxHeldOut = mine.maxHeldOutPairs ?? defaults.maxHeldOutPairs;
  // More than are kept, since some will turn out to be in training too.
  const examined = sample(of('held-out'), Math.ceil(maxHeldOut * 1.3));
  const pauses = new Pauses(signal);
  const honest = await withoutLeaks(examined, heldOut.tree.read, trainingTexts(train), pauses);
  signal?.throwIfAborted();
  const learned = await materialize(
    sample(of('train'), mine.maxTrainPairs ?? defaults.maxTrainPairs),
    train.tree,
    pauses,
  );
  const held = await materialize(sample(honest, maxHeldOut), heldOut.tree, pauses);
  return {
    pairs: [...learned.pairs, ...held.pairs],
    changed: new Set([...learned.changed, ...held.changed]),
    drawn: all.drafts.length + all.repeated,
    repeated: all.repeated,
    heldOutBefore:
      examined.length + Math.round((all.repeatedHeldOut * examined.length) / Math.max(1, of('held-out').length)),
    heldOutAfter: honest.length,
    milliseconds: clock.lap(),
  };
}

/** The training texts, to search for held-out text. */
export function trainingTexts({ tree, files }: Sources['train']): TrainingText[] {
  return files.map(({ path, fingerprints }) => ({ fingerprints, text: () => tree.read(path) ?? '' }));
}

async function mineCandidates(
  candidates: readonly Candidate[],
  { mine: options, mostPairs = mostPairsOf(options), cache: opening, like, onProgress, signal }: TreeOptions,
): Promise<Pick<Tree, 'density' | 'saved'> & { mined: Map<string, MinedFile>; fromCache: ReadonlySet<string> }> {
  const cache = await opening;
  const seed = options.seed ?? defaults.seed;
  const kinds = options.kinds
    ? { kinds: mixKinds.filter((kind) => options.kinds?.includes(kind)) satisfies MixKind[] }
    : {};
  const open = candidates.flatMap((candidate) => (candidate.kind === 'open' ? [candidate] : []));
  const mined = new Map<string, MinedFile>();
  const jobs: { job: FileJob; bytes: number }[] = [];
  const density =
    like?.tree.density ??
    densityFor(
      open.reduce((sum, { stat }) => sum + stat.size, 0),
      mostPairs,
    );
  const stats = new Map(open.map(({ path, stat }) => [path, stat]));
  for (const { path, fullPath, language, stat } of open) {
    const definitions = (options.contextChars ?? 0) > 0;
    const job: FileJob = { path, fullPath, language, seed, density, definitions, ...kinds };
    const known = (like?.same.has(path) ? like.tree.mined.get(path) : undefined) ?? cache.get(job, stat);
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
    ...(options.processes === undefined ? {} : { processes: options.processes }),
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
  // A cache that cannot be written (read-only clone, full disk) only costs the next run time. Disks are slow: it is awaited at the end
  // only.
  const saved = cache.save().catch(() => {});
  return { mined, fromCache, density, saved };
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
  read: TextOf,
  training: readonly TrainingText[],
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
  const leaked = await leakedMiddles(middles, training, pauses);
  return heldOut.filter((_, i) => !leaked.has(i));
}

async function materialize(
  chosen: readonly Draft[],
  { read, language, commit }: Tree,
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
): FileVerdict {
  const { path } = candidate;
  if (candidate.kind === 'left-out')
    return { path, language: null, bytes: candidate.bytes, verdict: 'left-out', reason: candidate.reason };
  const { language } = candidate;
  const bytes = file?.bytes ?? candidate.stat.size;
  const reason = file?.reason ?? duplicates.get(path);
  return reason === undefined
    ? { path, language, bytes, verdict: 'taken' }
    : { path, language, bytes, verdict: 'left-out', reason };
}

/** The verdicts, updated with files that changed before pairs were drawn. */
export function withChanged(files: readonly FileVerdict[], changed: ReadonlySet<string>): readonly FileVerdict[] {
  if (changed.size === 0) return files;
  return files.map((file) =>
    changed.has(file.path) && file.verdict === 'taken'
      ? { ...file, verdict: 'left-out', reason: 'changed while it was read' }
      : file,
  );
}

/** Measures milliseconds between readings. */
export class Clock {
  #last = performance.now();

  lap(): number {
    const now = performance.now();
    const lap = Math.round(now - this.#last);
    this.#last = now;
    return lap;
  }
}
