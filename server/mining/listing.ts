import { type Dirent, promises as fs } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { git, records } from '../git/git.ts';

/** A file that could be read, or one that is left out before it is opened. */
export interface ListedFile {
  readonly path: string;
  readonly reason?: string;
}

/** Folders without git: enough for a real project, small enough that a home folder opened by mistake ends quickly. */
export const walkLimits = { maxFiles: 50_000, maxDepth: 32 } as const;

/** Never project sources; a folder without git has no .gitignore to say so. */
const notSources = new Set(['node_modules', '__pycache__', 'venv', 'target', 'dist', 'build', 'out', 'vendor']);

/** Files git tracks below `folder`, as paths from the work tree's top, ordered by path. */
export async function listTracked(folder: string, signal?: AbortSignal): Promise<ListedFile[]> {
  const output = await git(folder, ['ls-files', '-z', '--stage', '--full-name'], signal);
  const files = new Map<string, ListedFile>();
  for (const record of output ? records(output) : []) {
    // <mode> <object> <stage>\t<path>; a path in conflict has several stages
    const tab = record.indexOf('\t');
    const mode = record.slice(0, record.indexOf(' '));
    const path = record.slice(tab + 1);
    if (path.includes('\uFFFD')) files.set(path, { path, reason: 'file name is not UTF-8' });
    else if (mode === '120000') files.set(path, { path, reason: 'symbolic link' });
    else if (mode === '160000') files.set(path, { path, reason: 'submodule' });
    else files.set(path, { path });
  }
  return [...files.values()].sort(byPath);
}

export interface Walk {
  readonly files: ListedFile[];
  readonly complete: boolean;
  /** Git work trees among the folders, as paths from the walk's start: there git says what belongs to them. */
  readonly repositories: readonly string[];
}

/**
 * Files below a folder without git. Links are listed, never followed. Hidden folders and build outputs are not entered; of a git
 * work tree (a folder with several projects in it) what git tracks.
 */
export async function listFolder(folder: string, signal?: AbortSignal): Promise<Walk> {
  const files: ListedFile[] = [];
  const repositories: string[] = [];
  const queue: { dir: string; depth: number }[] = [{ dir: folder, depth: 0 }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    signal?.throwIfAborted();
    const entries = await entriesOf(next.dir);
    const from = relative(folder, next.dir).split(sep).join('/');
    const tracked =
      from !== '' && entries.some(({ name }) => name === '.git') ? await listTracked(next.dir, signal) : [];
    if (tracked.length > 0) {
      repositories.push(from);
      files.push(...tracked.map((file) => ({ ...file, path: `${from}/${file.path}` })));
      if (files.length > walkLimits.maxFiles) return { files: cut(files), complete: false, repositories };
      continue;
    }
    for (const entry of entries) {
      if (files.length >= walkLimits.maxFiles) return { files: cut(files), complete: false, repositories };
      const path = from === '' ? entry.name : `${from}/${entry.name}`;
      if (entry.isSymbolicLink()) files.push({ path, reason: 'symbolic link' });
      else if (entry.isDirectory()) {
        if (entry.name.startsWith('.') || notSources.has(entry.name)) continue;
        if (next.depth < walkLimits.maxDepth) queue.push({ dir: join(next.dir, entry.name), depth: next.depth + 1 });
      } else if (entry.isFile()) files.push({ path });
      else files.push({ path, reason: 'not a regular file' });
    }
  }
  return { files: files.sort(byPath), complete: true, repositories };
}

function cut(files: readonly ListedFile[]): ListedFile[] {
  return files.slice(0, walkLimits.maxFiles).sort(byPath);
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
