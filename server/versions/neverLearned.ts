/**
 * Held-out pairs that a version has certainly not learned. Files are held out by their present paths, and the next ones on the scale where
 * those of a small folder are too few: one that was renamed or copied since, or is held out only because another folder is open, may have been
 * learned.
 */
import { git, records } from '../git/git.ts';
import { countChangedPaths, MOST_PATHS } from '../git/pathCounts.ts';
import { namesSince, recentRenames } from '../mining/renames.ts';
import { heldOutFraction, heldOutPosition } from '../mining/split.ts';
import { learnedTo, type Manifest, MOST_PATH, MOST_PATHS_NAMED } from '../protocol/manifest.ts';
import { copiesSince } from './copiesSince.ts';

export interface NeverLearned<One> {
  readonly left: readonly One[];
  /** Why the version cannot be measured on what is left, worded to be continued; null if it can. */
  readonly objection: string | null;
}

/** A version, or a run that has yet to become one. */
export interface WhatLearned {
  readonly id: string;
  readonly manifest: {
    readonly dataset: Pick<
      Manifest['dataset'],
      'firstCommit' | 'commit' | 'learnedTo' | 'heldOutBeyond' | 'learnedOnScale'
    >;
  };
}

/** `root`: of the repository. Where git cannot tell what the version learned, all are left but what those before it learned. */
export async function neverLearned<One extends { readonly path: string }>(
  pairs: readonly One[],
  version: WhatLearned,
  root: string,
  signal?: AbortSignal,
): Promise<NeverLearned<One>> {
  return withoutPaths(
    pairs,
    await mayHaveLearned(new Set(pairs.map(({ path }) => path)), version, root, signal),
    version,
  );
}

/** Those of these present paths whose files the version may have learned. */
export async function mayHaveLearned(
  paths: ReadonlySet<string>,
  { manifest }: WhatLearned,
  root: string,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { firstCommit, heldOutBeyond, learnedOnScale } = manifest.dataset;
  const before = new Set(learnedOnScale);
  const then = (await filesAt(root, learnedTo(manifest), signal)) ?? NO_FILES;
  const beyond = new Set(heldOutBeyond);
  const wasHeldOut = (path: string): boolean =>
    heldOutPosition(firstCommit, path) < heldOutFraction || beyond.has(path);
  const hasFormer = then.size > 0 && [...paths].some((path) => !then.has(path));
  const formerNames = hasFormer ? await formerNamesIn(root, signal) : NO_NAMES;
  const wasLearned = (path: string): boolean => before.has(path) || !wasHeldOut(path);
  const texts = new Set([...then].flatMap(([path, id]) => (wasLearned(path) ? [id] : [])));
  const copies = await copiesSince(root, learnedTo(manifest), paths, texts, signal);
  const isLearned = (path: string): boolean => {
    if (before.has(path) || copies.has(path)) return true;
    // Which files were held out beyond the scale has not always been recorded.
    if (then.has(path)) return heldOutBeyond !== undefined && !wasHeldOut(path);
    return [...namesSince(formerNames, path)].some((name) => then.has(name) && wasLearned(name));
  };
  return new Set([...paths].filter(isLearned));
}

export function withoutPaths<One extends { readonly path: string }>(
  pairs: readonly One[],
  learned: ReadonlySet<string>,
  { id }: Pick<WhatLearned, 'id'>,
): NeverLearned<One> {
  const left = pairs.filter(({ path }) => !learned.has(path));
  const lost = pairs.length - left.length;
  if (2 * lost <= pairs.length) return { left, objection: null };
  return {
    left,
    objection: `Adapter ${id} may have learned ${lost} of the ${pairs.length} held-out pairs: their files were renamed since it was tuned, or it was tuned on another folder of the repository`,
  };
}

/** What the manifest records of a data set, for the above: files held out though the scale would have had them learned. */
export function beyondScale(
  firstCommit: string,
  pairs: readonly { readonly path: string; readonly split: string }[],
): Manifest['dataset']['heldOutBeyond'] {
  const held = new Set(pairs.flatMap(({ path, split }) => (split === 'held-out' ? [path] : [])));
  const paths = [...held].filter((path) => heldOutPosition(firstCommit, path) >= heldOutFraction);
  return canBeNamed(paths) ? paths : undefined;
}

/** Whether a manifest has room for them. */
export function canBeNamed(paths: readonly string[]): boolean {
  return paths.length <= MOST_PATHS_NAMED && paths.every((path) => path.length <= MOST_PATH);
}

const NO_FILES: ReadonlyMap<string, string> = new Map();
const NO_NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map();

/** Blobs by path; null where git cannot tell. */
async function filesAt(
  root: string,
  commit: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string> | null> {
  if (commit === '') return null;
  const [paths = 0] = await countChangedPaths(root, [{ from: null, to: `${commit}^{tree}` }], signal);
  if (paths > MOST_PATHS) return null;
  const output = await git(root, ['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit], signal);
  // <mode> blob <id>\t<path>
  const entries = output && records(output).map((record) => /^\d+ \w+ ([0-9a-f]+)\t(.*)$/s.exec(record) ?? []);
  return entries && new Map(entries.map(([, id = '', path = '']) => [path, id]));
}

/** By later name. */
async function formerNamesIn(root: string, signal?: AbortSignal): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const former = new Map<string, Set<string>>();
  for (const [from, names] of (await recentRenames(root, signal)) ?? NO_NAMES)
    for (const to of names) {
      const known = former.get(to);
      if (known === undefined) former.set(to, new Set([from]));
      else known.add(from);
    }
  return former;
}
