/** What became of deleted paths: a file that was moved to where it is left out must not be learned under its old name. */
import { blobSizes } from '../git/blobs.ts';
import { records } from '../git/git.ts';
import { listable } from '../git/pathCounts.ts';
import { askGit, streamGit } from '../git/run.ts';

/** As far back as history is learned and a cut can be. */
export const MOST_COMMITS = 2_000;
/** If a commit deletes or adds more files, only unchanged ones are recognized, since each pair is compared. */
const MOST_COMPARED = 200;
const COMPARED = [`--find-renames=40%`, `-l${MOST_COMPARED}`, '--diff-filter=R', '--name-status'] as const;

/** New names that commits gave to paths. */
export type Renames = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The names that recent commits of HEAD gave to each path, and those that they may have given if texts to compare are missing, as in a
 * partial clone. null if git cannot tell.
 */
export async function recentRenames(root: string, signal?: AbortSignal): Promise<Renames | null> {
  const listed: string[] = [];
  const list = ['rev-list', '--no-merges', `--max-count=${MOST_COMMITS}`] as const;
  const revisions = ['HEAD'];
  const { ok } = await streamGit(root, list, { revisions, ...withSignal(signal) }, (line) =>
    listed.push(line.toString('latin1')),
  );
  if (!ok) return null;
  // Moves in the other commits are not recognized: git would never finish them.
  const commits = await listable(root, listed, signal);
  return (await renamesIn(root, commits, signal)) ?? (await renamesWithout(root, commits, signal));
}

/** The new names in the index, which are not committed yet; null if git cannot tell. */
export async function stagedRenames(root: string): Promise<Renames | null> {
  const args = ['diff-index', '-z', ...COMPARED] as const;
  const { ok, output } = await askGit(root, args, { revisions: ['HEAD'] });
  if (!ok) return null;
  const renames = new Map<string, Set<string>>();
  // R<similarity>, the old path and the new one for each
  const fields = records(output);
  for (let i = 0; i + 2 < fields.length; i += 3) addTo(renames, fields[i + 1]!, fields[i + 2]!);
  return renames;
}

/** By comparing texts; null if git failed, as it does at the first missing text. */
async function renamesIn(
  root: string,
  commits: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, Set<string>> | null> {
  const renames = new Map<string, Set<string>>();
  let state: 'status' | 'from' | 'to' = 'status';
  let from = '';
  const onField = (field: Buffer): void => {
    // <commit>, then R<similarity>, the old path and the new one for each
    if (state === 'from') {
      from = field.toString('utf8');
      state = 'to';
    } else if (state === 'to') {
      addTo(renames, from, field.toString('utf8'));
      state = 'status';
    } else if (/^R\d+$/.test(field.toString('latin1'))) state = 'from';
  };
  return (await compared(root, COMPARED, commits, onField, signal)) ? renames : null;
}

/** Files that a commit deleted and added. */
interface Moves {
  readonly commit: string;
  readonly gone: { readonly path: string; readonly id: string }[];
  readonly come: { readonly path: string; readonly id: string }[];
}

/** In a commit with missing texts, each deleted file may be any added one; null if even its trees are missing. */
async function renamesWithout(
  root: string,
  commits: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Renames | null> {
  const moves: Moves[] = [];
  let header: RegExpExecArray | null = null;
  const onField = (field: Buffer): void => {
    const text = field.toString('utf8');
    const current = moves.at(-1);
    if (header !== null && current !== undefined) {
      const [, mode = '', before = '', after = '', status] = header;
      header = null;
      if (/^:1[26]|^:0+ 1[26]/.test(mode)) return;
      if (status === 'D') current.gone.push({ path: text, id: before });
      else current.come.push({ path: text, id: after });
      return;
    }
    // :100644 000000 <old> <new> D, then the path
    header = /^(:\d+ \d+) ([0-9a-f]+) ([0-9a-f]+) ([AD])$/.exec(text);
    if (header === null) moves.push({ commit: text, gone: [], come: [] });
  };
  if (!(await compared(root, ['--raw', '--no-abbrev', '--no-renames', '--diff-filter=AD'], commits, onField, signal)))
    return null;
  const both = moves.filter(({ gone, come }) => gone.length > 0 && come.length > 0);
  const idsOf = ({ gone, come }: Moves): string[] => [...gone, ...come].map(({ id }) => id);
  const here = await blobSizes(root, [...new Set(both.flatMap(idsOf))], signal);
  const isWhole = (one: Moves): boolean => idsOf(one).every((id) => here.has(id));
  const whole = both.filter(isWhole).map(({ commit }) => commit);
  const renames = await renamesIn(root, whole, signal);
  if (renames === null) return null;
  for (const { gone, come } of both.filter((one) => !isWhole(one))) {
    // With more, git too recognizes only unchanged files.
    const isFew = gone.length * come.length <= MOST_COMPARED ** 2;
    const of = Map.groupBy(come, ({ id }) => id);
    for (const { path, id } of gone)
      for (const { path: to } of isFew ? come : (of.get(id) ?? [])) addTo(renames, path, to);
  }
  return renames;
}

async function compared(
  root: string,
  options: readonly string[],
  commits: readonly string[],
  onField: (field: Buffer) => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (commits.length === 0) return true;
  const input = commits.map((commit) => `${commit}\n`).join('');
  const args = ['diff-tree', '--stdin', '-r', '-z', ...options] as const;
  return (await streamGit(root, args, { input, separator: 0, ...withSignal(signal) }, onField)).ok;
}

function addTo(renames: Map<string, Set<string>>, from: string, to: string): void {
  const names = renames.get(from);
  if (names === undefined) renames.set(from, new Set([to]));
  else names.add(to);
}

/** All later names of a path, followed transitively. */
export function namesSince(renames: Renames, path: string): ReadonlySet<string> {
  const names = new Set(renames.get(path));
  for (const name of names) for (const later of renames.get(name) ?? []) names.add(later);
  return names;
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
