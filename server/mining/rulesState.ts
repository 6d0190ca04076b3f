/** Whether what a folder's user leaves out has changed, asked every few seconds: from the times of the files that say so. */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { placeInRepository } from '../git/placeInRepository.ts';
import { listsAmong } from './assistantLists.ts';
import { statOfEntry } from './insideFolder.ts';
import { pathsOfOwnLists } from './ownLists.ts';

const OF_GIT: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);

/** Asking git where the user's own lists are starts a process; they hardly ever move. */
const ASK_EVERY_MS = 60_000;
const asked = new Map<string, { readonly atMs: number; readonly paths: readonly string[] }>();

/**
 * Equal as long as no file of rules in the folder, or above it in its repository, nor a list of the user's for all repositories was written,
 * made or removed.
 */
export async function rulesState(folder: string): Promise<string> {
  const { root, within, common, storeDir } = await placeInRepository(folder);
  const folders = [root, ...within.map((_, i) => join(root, ...within.slice(0, i + 1)))];
  const paths = [
    ...folders.flatMap(rulesIn),
    ...(common === null ? [] : [join(common, 'info', 'exclude'), join(common, 'info', 'attributes')]),
    ...(storeDir === null ? [] : [join(storeDir, 'learning.json')]),
  ];
  const own = common === null ? [] : await ownListsOf(root);
  return [
    ...paths.map((path) => stateOf(path, statOfEntry(path))),
    ...own.map((path) => stateOf(path, statOf(path))),
  ].join('\n');
}

function stateOf(path: string, stat: Stats | undefined): string {
  return stat === undefined ? '' : `${path}:${stat.mtimeMs}:${stat.size}`;
}

/** As git does, which follows links here: these may be anywhere. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

async function ownListsOf(root: string): Promise<readonly string[]> {
  const last = asked.get(root);
  if (last !== undefined && performance.now() - last.atMs < ASK_EVERY_MS) return last.paths;
  const paths = await pathsOfOwnLists(root).catch(() => last?.paths ?? []);
  asked.set(root, { atMs: performance.now(), paths });
  return paths;
}

/**
 * When a file of git's rules was last written in a folder on the way to these paths (relative to `folder`), by the system's clock; 0 if there is
 * none. {@link rulesState} tells of no folder below the one asked about: there may be thousands.
 */
export function rulesWrittenMs(folder: string, paths: readonly string[]): number {
  const below = new Set<string>();
  for (const path of paths)
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) below.add(path.slice(0, end));
  const stats = [...below].flatMap((one) => [...OF_GIT].map((name) => statOfEntry(join(folder, one, name))));
  // Not the time of its text, which a copy keeps, and which may lie in the future.
  return Math.max(0, ...stats.map((stat) => stat?.ctimeMs ?? 0));
}

function rulesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.startsWith('.'));
  } catch {
    return [];
  }
  return [...names.filter((name) => OF_GIT.has(name)), ...listsAmong(names)].map((name) => join(folder, name));
}
