/**
 * The store of a folder that was tuned without git, once it is a repository: what it holds moves into git's folder, where it is looked for from
 * then on. Its versions keep their seals and verdicts, which are about files and not about places.
 */
import type { Stats } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../storage/lock.ts';
import { gitText } from './git.ts';
import { joinStores } from './joinStores.ts';
import { requireOwnStore } from './ownStore.ts';

/** Copying adapters to another disk takes a while. */
const WAIT_MS = 60_000;
const moving = new Map<string, Promise<void>>();

/**
 * Where the adapters of the repository are: in `store`, or still in `former`, as long as a tune works there or they cannot be moved. `home`:
 * the folder that `former` belongs to.
 */
export async function afterGit(former: string, home: string, store: string): Promise<string> {
  if (!(await isOf(home, former)) || !(await isOwn(former))) return store;
  const ongoing = moving.get(former) ?? moveAll(former, store).finally(() => moving.delete(former));
  moving.set(former, ongoing);
  // What cannot be moved now is neither lost nor hidden: the next look-up tries again.
  const isMoved = await ongoing.then(
    () => true,
    () => false,
  );
  return isMoved || (await holdsVersions(store)) ? store : former;
}

/** In a folder inside the repository, these name no file by its path. */
const WITHOUT_PATHS: ReadonlySet<string> = new Set(['versions', 'judgements', 'state.json', 'use.json', 'audit.jsonl']);

/**
 * The same for a folder inside what has become a repository, once that has a first commit: until then, a version would count as measurable on
 * files that the repository holds out, and that it may have learned under other paths. What cannot be moved now is looked at again.
 */
export async function afterGitAround(former: string, folder: string, store: string): Promise<void> {
  if (!(await holdsVersions(former)) || !(await isOf(folder, former)) || !(await isOwn(former))) return;
  if ((await gitText(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}'])) === null)
    return;
  const ongoing =
    moving.get(former) ??
    moveAll(former, store, (name) => WITHOUT_PATHS.has(name)).finally(() => moving.delete(former));
  moving.set(former, ongoing);
  await ongoing.catch(() => {});
}

async function moveAll(former: string, store: string, which?: (name: string) => boolean): Promise<void> {
  const move = (): Promise<void> => joinStores(former, store, which);
  await withLock(`${former}.lock`, 'moving adapters into the repository', move, WAIT_MS);
}

/** Another folder may have taken the place of the one that was tuned, such as a clone of something else: it is younger than the store. */
async function isOf(home: string, former: string): Promise<boolean> {
  const dir = await lstat(former).catch(() => null);
  if (!dir?.isDirectory()) return false;
  const names = await readdir(former).catch(() => []);
  const inside = await Promise.all(names.map((name) => lstat(join(former, name)).catch(() => null)));
  const usedMs = Math.max(...[dir, ...inside].map((info) => info?.mtimeMs ?? 0));
  const born = await lstat(await realpath(home)).then(bornMs, () => null);
  return born === null || born <= usedMs;
}

/** null where the file system does not say: Node then answers with another time, or with the epoch. */
function bornMs({ birthtimeMs, ctimeMs }: Stats): number | null {
  return birthtimeMs <= 0 || birthtimeMs === ctimeMs ? null : birthtimeMs;
}

async function isOwn(dir: string): Promise<boolean> {
  return await requireOwnStore(dir).then(
    () => true,
    () => false,
  );
}

async function holdsVersions(dir: string): Promise<boolean> {
  return (await readdir(join(dir, 'versions')).catch(() => [])).some((name) => !name.startsWith('.'));
}
