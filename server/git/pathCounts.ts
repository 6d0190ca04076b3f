/**
 * Counts the paths git would walk to list or compare trees, before it does: a few folders that refer to each other ten times each make
 * millions of paths, which git holds in memory before printing the first. Here each folder is read once.
 */
import { lookUp, readObjects } from './blobs.ts';
import { GitError } from './errors.ts';

/** Two trees to compare, by any names (`HEAD^{tree}`); `from` null for a single tree. */
export interface TreePair {
  readonly from: string | null;
  readonly to: string;
}

/** Folders read at once: those of source code take a few thousand bytes each. */
const FOLDERS_AT_ONCE = 1_000;
const MOST_BYTES_AT_ONCE = 64 << 20;
/** Limits on depth, as each level takes a call of git, and on the number of folders. */
const MOST_DEPTH = 300;
const MOST_FOLDERS = 200_000;
/** Folders remembered for the next count. */
const MOST_KEPT = 20_000;

/** Two folders to compare, by id; '' for none. */
type Key = `${string} ${string}`;

/** Differing entries of a folder itself, and its subfolders that differ. */
interface Difference {
  readonly entries: number;
  readonly folders: readonly Key[];
}

/** Walked by git in less than a second; the largest source repositories have as many. */
export const MOST_PATHS = 500_000;
/** Paths changed by one commit: more mean an import, a reformatting or worse. */
const MOST_PATHS_OF_COMMIT = 50_000;

/** Those commits, newest first, whose changes can be listed: none with too many paths, and not too many in total. */
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

/** [pairs] Number of differing paths, including folders; Infinity if too many to count. Missing objects count nothing. */
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
  const known = new Map(lately.root === root ? lately.known : []);
  const most = known.size + MOST_FOLDERS;
  const missing = new Set<Key>();
  let level = [...new Set(tops)].filter((key) => !known.has(key));
  for (let depth = 0; level.length > 0 && depth < MOST_DEPTH && known.size < most; depth++) {
    await compareFolders(root, level, known, missing, signal);
    level = [...new Set(level.flatMap((key) => known.get(key)?.folders ?? []))].filter((key) => !known.has(key));
  }
  const counts = new Map<Key, number>();
  // What is missing may be fetched.
  lately = { root, known: missing.size > 0 || known.size > MOST_KEPT ? new Map() : known };
  return tops.map((key) => total(key, known, counts));
}

/** Of the repository counted last: mining counts the same folders several times. Ids name contents, so what is known stays true. */
let lately: { readonly root: string; readonly known: ReadonlyMap<Key, Difference> } = { root: '', known: new Map() };

/** Sum over the folders compared; Infinity if one was not. */
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
  missing: Set<Key>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let at = 0; at < keys.length; at += FOLDERS_AT_ONCE) {
    const piece = keys.slice(at, at + FOLDERS_AT_ONCE);
    const ids = [...new Set(piece.flatMap((key) => key.split(' ')))].filter((id) => id !== '');
    const trees = await readObjects(root, 'tree', ids, signal, MOST_BYTES_AT_ONCE).catch(ifTooLong);
    if (trees === null) continue;
    for (const key of piece) {
      const [before = '', after = ''] = key.split(' ');
      if ([before, after].some((id) => id !== '' && !trees.has(id))) missing.add(key);
      known.set(key, difference(trees.get(before) ?? EMPTY, trees.get(after) ?? EMPTY, (before || after).length / 2));
    }
  }
}

/** Not counted, so treated as infinite. */
function ifTooLong(error: unknown): null {
  if (error instanceof GitError && error.problem === 'unanswered') return null;
  throw error;
}

const EMPTY = Buffer.alloc(0);

interface Entry {
  /** Offset of its end in the tree. */
  readonly end: number;
  /** In git's sort form: a folder's with a `/`. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly id: string;
}

/** `<mode> <name>\0<id>`, concatenated. */
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

/** Length of an entry that is identical at these offsets, as nearly all are; 0 if they differ. */
function sameEntry(before: Buffer, i: number, after: Buffer, j: number, idBytes: number): number {
  if (i >= before.length || j >= after.length) return 0;
  const nul = before.indexOf(0, i);
  const length = nul + 1 + idBytes - i;
  if (nul === -1 || i + length > before.length || j + length > after.length) return 0;
  return before.compare(after, j, j + length, i, i + length) === 0 ? length : 0;
}
