import { type Dirent, promises as fs } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { GitError } from '../git/errors.ts';
import { records } from '../git/git.ts';
import { findWorkTree, refusal, type WorkTree } from '../git/repository.ts';
import { askGit } from '../git/run.ts';
import { kindOf } from '../storage/entryKind.ts';
import { MiningError } from './errors.ts';
import { ignoredByGit, reasonOfList, requireRuleFiles } from './ignore.ts';
import { statOfEntry } from './insideFolder.ts';
import { type OwnLists, ownLists } from './ownLists.ts';

/** A file that could be read, or one that is left out before it is opened. */
export interface ListedFile {
  readonly path: string;
  /** May be missing on disk: a sparse checkout. */
  readonly isSparse?: true;
  readonly reason?: string;
}

/** No system opens longer ones; an index can contain any, and git would look for rules in each folder of it. */
export const MOST_PATH_LENGTH = 4_096;
export const TOO_LONG = 'file name is too long';
/** A repository of its own. */
export const SUBMODULE = 'submodule';

/** Folders without git: enough for a real project, small enough that a home folder opened by mistake ends quickly. */
const walkLimits = { maxFiles: 50_000, maxDepth: 32 } as const;

/** Never project sources; a folder without git has no .gitignore to say so. */
const notSources = new Set(['node_modules', '__pycache__', 'venv', 'target', 'dist', 'build', 'out', 'vendor']);

/**
 * Tracked files below `folder`, or only those of `paths` (pathspecs), as paths from the work tree's top `root`, ordered by path. Those that
 * .gitignore names all the same are left out: they were tracked before, or by mistake. With the user's lists, of which it was asked with those of ignored files.
 * @throws {MiningError} if git cannot tell.
 */
export async function listTracked(
  root: string,
  folder: string,
  signal?: AbortSignal,
  paths?: readonly string[],
): Promise<{ readonly files: ListedFile[]; readonly lists: OwnLists }> {
  const options = { ...(signal && { signal }), ...(paths && { paths }) };
  const { ok, output, words } = await askGit(folder, ['ls-files', '-z', '--stage', '-t', '--full-name'], options);
  if (!ok) throw new MiningError('refused', refusal(folder, words).message);
  const files = new Map<string, ListedFile>();
  for (const record of records(output)) {
    // <tag> <mode> <object> <stage>\t<path>; a path in conflict has several stages
    const tab = record.indexOf('\t');
    const [tag, mode] = record.slice(0, tab).split(' ');
    const path = record.slice(tab + 1);
    if (path.includes('\uFFFD')) files.set(path, { path, reason: 'file name is not UTF-8' });
    else if (path.length > MOST_PATH_LENGTH) files.set(path, { path, reason: TOO_LONG });
    else if (mode === '120000') files.set(path, { path, reason: 'symbolic link' });
    else if (mode === '160000') files.set(path, { path, reason: SUBMODULE });
    else files.set(path, tag === 'S' ? { path, isSparse: true } : { path });
  }
  requireRuleFiles(
    root,
    [...files.keys()].filter((path) => path.length <= MOST_PATH_LENGTH),
    0,
    '.gitignore',
  );
  const lists = await ownLists(root, signal);
  const args = ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard', '--full-name'] as const;
  for (const list of lists.ignored) {
    const ignored = await askGit(folder, args, { ...options, ...list });
    if (!ignored.ok) throw new MiningError('refused', refusal(folder, ignored.words).message);
    for (const path of records(ignored.output)) {
      const file = files.get(path);
      if (file !== undefined && file.reason === undefined) files.set(path, { ...file, reason: reasonOfList(list) });
    }
  }
  return { files: [...files.values()].sort(byPath), lists };
}

export interface NestedRepository {
  readonly path: string;
  readonly lists: OwnLists;
}

export interface Walk {
  readonly files: ListedFile[];
  readonly complete: boolean;
  /** Nested git work trees, as paths from the walk's start: git says what belongs to them. */
  readonly repositories: readonly NestedRepository[];
  /** One sentence for each of them that git cannot list. */
  readonly warnings: readonly string[];
}

/**
 * Files below a folder without git. Links are listed, never followed. Hidden folders and build outputs are not entered; for nested git work
 * trees (a folder with several projects), what git tracks.
 */
export async function listFolder(folder: string, signal?: AbortSignal): Promise<Walk> {
  const files: ListedFile[] = [];
  const repositories: NestedRepository[] = [];
  const warnings: string[] = [];
  const result = (complete: boolean): Walk => ({
    files: files.slice(0, walkLimits.maxFiles).sort(byPath),
    complete,
    repositories,
    warnings,
  });
  const queue: { dir: string; depth: number }[] = [{ dir: folder, depth: 0 }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    signal?.throwIfAborted();
    const entries = await entriesOf(next.dir);
    const from = relative(folder, next.dir).split(sep).join('/');
    if (from !== '' && entries.some(({ name }) => name === '.git')) {
      const nested = await listNested(next.dir, signal);
      if (nested.kind === 'refused') {
        files.push({ path: from, reason: nested.reason });
        warnings.push(`${from} is left out: ${nested.message}`);
        continue;
      }
      repositories.push({ path: from, lists: nested.lists });
      files.push(...nested.files.map((file) => ({ ...file, path: `${from}/${file.path}` })));
      if (files.length > walkLimits.maxFiles) return result(false);
      continue;
    }
    for (const entry of entries) {
      if (files.length >= walkLimits.maxFiles) return result(false);
      const path = from === '' ? entry.name : `${from}/${entry.name}`;
      const kind = await kindOf(entry, join(next.dir, entry.name));
      if (kind.isSymbolicLink()) files.push({ path, reason: 'symbolic link' });
      else if (kind.isDirectory()) {
        if (entry.name.startsWith('.') || notSources.has(entry.name)) continue;
        if (next.depth < walkLimits.maxDepth) queue.push({ dir: join(next.dir, entry.name), depth: next.depth + 1 });
      } else if (kind.isFile()) files.push({ path });
      else files.push({ path, reason: 'not a regular file' });
    }
  }
  return result(true);
}

/** A path as in the listings above, and the nested work tree that has it: '' for the root's, null without git. */
export interface ListedPath {
  readonly reason?: string;
  /** The user's lists there. */
  readonly lists?: OwnLists;
  readonly tree: string | null;
}

/**
 * A single file, on disk or not. One that git does not know yet is new, unless git ignores it. `path`: from the root of the repository, or
 * from `folder` without one.
 */
export async function listOne(
  folder: string,
  workTree: WorkTree | null,
  path: string,
  signal?: AbortSignal,
): Promise<ListedPath> {
  const root = workTree?.root ?? folder;
  const folders = path.split('/').slice(0, -1);
  if (workTree === null && folders.length > walkLimits.maxDepth) return { reason: 'too deep', tree: null };
  for (const [i, name] of folders.entries()) {
    const from = folders.slice(0, i + 1).join('/');
    if (workTree === null && (name.startsWith('.') || notSources.has(name)))
      return { reason: 'hidden or built', tree: null };
    if (statOfEntry(join(root, from, '.git')) === undefined) continue;
    if (workTree !== null) return { reason: 'in another repository', tree: null };
    const nested = await listNested(join(root, from), signal);
    if (nested.kind === 'refused') return { reason: nested.reason, tree: null };
    return { ...(await knownToGit(join(root, from), path.slice(from.length + 1), signal)), tree: from };
  }
  if (workTree === null) return { tree: null };
  return { ...(await knownToGit(root, path, signal)), tree: '' };
}

async function knownToGit(root: string, path: string, signal?: AbortSignal): Promise<Omit<ListedPath, 'tree'>> {
  const { files, lists } = await listTracked(root, root, signal, [`:(top,literal)${path}`]);
  const [tracked] = files;
  if (tracked !== undefined) return tracked.reason === undefined ? { lists } : { reason: tracked.reason };
  const reason = (await ignoredByGit(root, [path], lists.ignored, signal))(path);
  return reason === undefined ? { lists } : { reason };
}

type Nested =
  | { readonly kind: 'listed'; readonly files: readonly ListedFile[]; readonly lists: OwnLists }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

/** What git tracks in a nested work tree. If it cannot tell, nothing is taken: ignored files may be there. */
async function listNested(dir: string, signal: AbortSignal | undefined): Promise<Nested> {
  try {
    await findWorkTree(dir, signal);
    const { files, lists } = await listTracked(dir, dir, signal);
    if (files.length > 0) return { kind: 'listed', files, lists };
    return { kind: 'refused', reason: 'git tracks no file in it', message: 'git tracks no file in it.' };
  } catch (error) {
    if (!(error instanceof GitError || error instanceof MiningError)) throw error;
    return { kind: 'refused', reason: 'git refuses it', message: error.message };
  }
}

/** A folder that cannot be read (permissions, vanished) has no entries for us. */
async function entriesOf(dir: string): Promise<Dirent[]> {
  try {
    return (await fs.readdir(dir, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** By code unit, so that no locale changes the order. */
function byPath(a: ListedFile, b: ListedFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
