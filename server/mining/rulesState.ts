/** Whether what a folder's user leaves out has changed, asked every few seconds: from the times of the files that say so, without git. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { placeInRepository } from '../git/placeInRepository.ts';
import { listsAmong } from './assistantLists.ts';
import { statOfEntry } from './insideFolder.ts';

const OF_GIT: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);

/** Equal as long as no file of rules in the folder, or above it in its repository, was written, made or removed. */
export async function rulesState(folder: string): Promise<string> {
  const { root, within, common, storeDir } = await placeInRepository(folder);
  const folders = [root, ...within.map((_, i) => join(root, ...within.slice(0, i + 1)))];
  const paths = [
    ...folders.flatMap(rulesIn),
    ...(common === null ? [] : [join(common, 'info', 'exclude'), join(common, 'info', 'attributes')]),
    ...(storeDir === null ? [] : [join(storeDir, 'learning.json')]),
  ];
  return paths
    .map((path) => {
      const stat = statOfEntry(path);
      return stat === undefined ? '' : `${path}:${stat.mtimeMs}:${stat.size}`;
    })
    .join('\n');
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
