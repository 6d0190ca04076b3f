/**
 * How many paths git would walk to list or compare trees, counted before it does: a few folders that name each other ten times each are
 * millions of paths, which git keeps in memory before it says the first. Here each folder is read once.
 */
import { lookUp, readObjects } from './blobs.ts';
import { GitError } from './errors.ts';

/** A comparison of two trees, by any names of them (`HEAD^{tree}`); `from` null for a tree alone. */
export interface TreePair {
  readonly from: string | null;
  readonly to: string;
}

/** Read at once: folders of sources take a few thousand bytes each. */
const FOLDERS_AT_ONCE = 1_000;
const MOST_BYTES_AT_ONCE = 64 << 20;
/** Folders deeper than this are not looked into, each level being a call of git, and neither are so many of them. */
const MOST_DEPTH = 300;
const MOST_FOLDERS = 200_000;

/** Two folders to compare, by id; '' for none. */
type Key = `${string} ${string}`;

/** What differs in a folder itself, and the folders in it that do. */
interface Difference {
  readonly entries: number;
  readonly folders: readonly Key[];
}

/** What git walks in less than a second; the largest repositories of sources have as many. */
export const MOST_PATHS = 500_000;
/** Paths that one commit changes: more are an import, a reformatting or worse. */
const MOST_PATHS_OF_COMMIT = 50_000;

/** Those of the commits, newest first, whose changes can be listed: none with too many paths, and not too many in all. */
export async function listable(root: string, commits: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const pairs = commits.map((commit) => ({ from: `${commit}^^{tree}`, to: `${commit}^{tree}` }));
  const counts = await countChangedPaths(root, pairs, signal);
  let left = MOST_PATHS;
  return commits.filter((_, i) => {
    const count = counts[i] ?? 0;
    if (count > Math.min(left, MOST_PATHS_OF_COMMIT)) return false;
    left -= count;
    return true;
  });
}

/** [pairs] paths that differ, those of folders included; Infinity where they are too many to tell. What is not here counts nothing. */
export async function countChangedPaths(
  root: string,
  pairs: readonly TreePair[],
  signal?: AbortSignal,
): Promise<number[]> {
  const ids = await lookUp(
    root,
    pairs.flatMap(({ from, to }) => [from ?? to, to]),
    signal,
  );
  const tops = pairs.map(({ from }, i): Key => {
    const [before, after] = [ids[2 * i], ids[2 * i + 1]];
    return `${from === null ? '' : (before?.id ?? '')} ${after?.id ?? ''}`;
  });
  const known = new Map<Key, Difference>();
  let level = [...new Set(tops)];
  for (let depth = 0; level.length > 0 && depth < MOST_DEPTH && known.size < MOST_FOLDERS; depth++) {
    await compareFolders(root, level, known, signal);
    level = [...new Set(level.flatMap((key) => known.get(key)?.folders ?? []))].filter((key) => !known.has(key));
  }
  const counts = new Map<Key, number>();
  return tops.map((key) => total(key, known, counts));
}

/** By the folders that were compared; Infinity where one was not. */
function total(key: Key, known: ReadonlyMap<Key, Difference>, counts: Map<Key, number>): number {
  const counted = counts.get(key);
  if (counted !== undefined) return counted;
  const difference = known.get(key);
  let count = difference?.entries ?? Number.POSITIVE_INFINITY;
  for (const folder of difference?.folders ?? []) count += total(folder, known, counts);
  counts.set(key, count);
  return count;
}

async function compareFolders(
  root: string,
  keys: readonly Key[],
  known: Map<Key, Difference>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let at = 0; at < keys.length; at += FOLDERS_AT_ONCE) {
    const piece = keys.slice(at, at + FOLDERS_AT_ONCE);
    const ids = [...new Set(piece.flatMap((key) => key.split(' ')))].filter((id) => id !== '');
    const trees = await readObjects(root, 'tree', ids, signal, MOST_BYTES_AT_ONCE).catch(ifTooLong);
    if (trees === null) continue;
    for (const key of piece) {
      const [before = '', after = ''] = key.split(' ');
      known.set(key, difference(trees.get(before) ?? EMPTY, trees.get(after) ?? EMPTY, (before || after).length / 2));
    }
  }
}

/** Not counted, which is as if they were without end. */
function ifTooLong(error: unknown): null {
  if (error instanceof GitError && error.problem === 'unanswered') return null;
  throw error;
}

const EMPTY = Buffer.alloc(0);

interface Entry {
  /** Where it ends in its tree. */
  readonly end: number;
  /** As git orders them: a folder's with a `/`. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly id: string;
}

/** `<mode> <name>\0<id>`, one behind the other. */
function entryAt(tree: Buffer, at: number, idBytes: number): Entry | null {
  if (at >= tree.length) return null;
  const space = tree.indexOf(32, at);
  const nul = tree.indexOf(0, space);
  if (space === -1 || nul === -1) return null;
  const end = nul + 1 + idBytes;
  if (end > tree.length) return null;
  const isFolder = tree[at] === 0x34;
  const name = tree.toString('latin1', space + 1, nul) + (isFolder ? '/' : '');
  return { end, name, isFolder, id: tree.toString('hex', nul + 1, end) };
}

function difference(before: Buffer, after: Buffer, idBytes: number): Difference {
  const folders: Key[] = [];
  let entries = 0;
  let [i, j] = [0, 0];
  for (;;) {
    const same = sameEntry(before, i, after, j, idBytes);
    if (same > 0) {
      i += same;
      j += same;
      continue;
    }
    const [old, now] = [entryAt(before, i, idBytes), entryAt(after, j, idBytes)];
    if (old === null && now === null) return { entries, folders };
    const isOld = old !== null && (now === null || old.name <= now.name);
    const isNow = now !== null && (old === null || now.name <= old.name);
    if (isOld) i = old.end;
    if (isNow) j = now.end;
    entries++;
    if ((isOld ? old : now)?.isFolder) folders.push(`${isOld ? old.id : ''} ${isNow ? now.id : ''}`);
  }
}

/** Bytes of an entry that both have at these places, which is nearly every one; 0 where they differ. */
function sameEntry(before: Buffer, i: number, after: Buffer, j: number, idBytes: number): number {
  if (i >= before.length || j >= after.length) return 0;
  const nul = before.indexOf(0, i);
  const length = nul + 1 + idBytes - i;
  if (nul === -1 || i + length > before.length || j + length > after.length) return 0;
  return before.compare(after, j, j + length, i, i + length) === 0 ? length : 0;
}
