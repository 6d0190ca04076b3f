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

function rulesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.startsWith('.'));
  } catch {
    return [];
  }
  return [...names.filter((name) => OF_GIT.has(name)), ...listsAmong(names)].map((name) => join(folder, name));
}
