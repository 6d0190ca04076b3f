/** Whether what a folder's user leaves out has changed, asked every few seconds: from the times of the files that say so, without git. */
import { readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { folderOfDotGit, nearestDotGit } from '../git/dotGit.ts';
import { readBounded } from '../storage/readBounded.ts';
import { STORE_NAME } from '../storage/storeFolder.ts';
import { listsAmong } from './assistantLists.ts';
import { statOfEntry } from './insideFolder.ts';

const OF_GIT: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);
const MOST_LINK_BYTES = 4096;

/** Equal as long as no file of rules in the folder, or above it in its repository, was written, made or removed. */
export async function rulesState(folder: string): Promise<string> {
  const dotGit = await nearestDotGit(folder);
  const root = dotGit === null ? folder : dirname(dotGit);
  const within = relative(root, folder)
    .split(sep)
    .filter((name) => name !== '' && name !== '..');
  const folders = [root, ...within.map((_, i) => join(root, ...within.slice(0, i + 1)))];
  const gitDir = dotGit === null ? null : await folderOfDotGit(dotGit);
  const common = gitDir === null ? null : await commonDirOf(gitDir);
  const paths = [
    ...folders.flatMap(rulesIn),
    ...(common === null ? [] : [join(common, 'info', 'exclude'), join(common, 'info', 'attributes')]),
    ...(common === null ? [] : [join(common, STORE_NAME, 'learning.json')]),
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

/** A linked work tree shares it. */
async function commonDirOf(gitDir: string): Promise<string> {
  const named = (await readBounded(join(gitDir, 'commondir'), MOST_LINK_BYTES).catch(() => '')).trim();
  return named === '' ? gitDir : resolve(gitDir, named);
}
