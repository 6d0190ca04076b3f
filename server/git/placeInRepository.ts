/** Where in its repository a folder is, as the file system shows it: asked too often for git. */
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { readBounded } from '../storage/readBounded.ts';
import { STORE_NAME } from '../storage/storeFolder.ts';
import { folderOfDotGit, nearestDotGit } from './dotGit.ts';

const MOST_LINK_BYTES = 4096;

export interface PlaceInRepository {
  /** Of the repository, or the folder without one. */
  readonly root: string;
  /** The folders from there to the folder, by their names. */
  readonly within: readonly string[];
  /** Git's own folder, which linked work trees share; null without one. */
  readonly common: string | null;
  /** The store in it. */
  readonly storeDir: string | null;
}

export async function placeInRepository(folder: string): Promise<PlaceInRepository> {
  const dotGit = await nearestDotGit(folder);
  const root = dotGit === null ? folder : dirname(dotGit);
  // A folder may be opened through a link.
  const real = dotGit === null ? folder : await realpath(folder).catch(() => folder);
  const within = relative(root, real)
    .split(sep)
    .filter((name) => name !== '' && name !== '..');
  const gitDir = dotGit === null ? null : await folderOfDotGit(dotGit);
  const common = gitDir === null ? null : await commonDirOf(gitDir);
  return { root, within, common, storeDir: common === null ? null : join(common, STORE_NAME) };
}

/** A linked work tree shares it. */
async function commonDirOf(gitDir: string): Promise<string> {
  const named = (await readBounded(join(gitDir, 'commondir'), MOST_LINK_BYTES).catch(() => '')).trim();
  return named === '' ? gitDir : resolve(gitDir, named);
}
