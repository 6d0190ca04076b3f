/**
 * Notices that another process (a second window, the command line) switched what serves, set routes, or began or ended a live
 * comparison, and that something was committed. By looking when something is to be completed: watchers fail on network disks, and
 * nothing need be known before.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readLiveComparison } from './liveComparisonFile.ts';

const LOOK_EVERY_MS = 1000;
/** What git writes when HEAD becomes another, by the format of its refs. */
const HEAD_LOGS = ['logs/HEAD', 'reftable/tables.list'];

/** What is another since the last look. */
export type Change = 'nothing' | 'commits' | 'serving';

/** What a store, and the repository that it is in, looked like at one moment. */
export interface StoreStamp {
  readonly serving: string;
  readonly commits: string;
}

interface Look {
  readonly atMs: number;
  readonly stamp: Promise<StoreStamp>;
}

export class StoreWatch {
  readonly #nowMs: () => number;
  readonly #looks = new Map<string, Look>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** After a switch of our own, when what serves is read again: the next look is a first one. */
  forget(): void {
    this.#looks.clear();
  }

  /** `read`: what the store was like when what serves was read from it, which the first look compares with. */
  async look(storeDir: string, read: StoreStamp): Promise<Change> {
    const last = this.#looks.get(storeDir);
    const atMs = this.#nowMs();
    if (last !== undefined && atMs - last.atMs < LOOK_EVERY_MS) return 'nothing';
    const stamp = storeStamp(storeDir);
    this.#looks.set(storeDir, { atMs, stamp });
    const [before, now] = [last === undefined ? read : await last.stamp, await stamp];
    if (before.serving !== now.serving) return 'serving';
    return before.commits === now.commits ? 'nothing' : 'commits';
  }
}

/** Counts of a comparison are written every few seconds and change nothing: of its file, only when it began counts. */
export async function storeStamp(storeDir: string): Promise<StoreStamp> {
  // In a repository the store is inside of git's own folder, beside the logs of what HEAD was, in each of its work trees.
  const git = join(storeDir, '..');
  const linked = await readdir(join(git, 'worktrees')).catch(() => []);
  const trees = [git, ...linked.map((name) => join(git, 'worktrees', name))];
  const [state, routes, commits, comparison] = await Promise.all([
    written(join(storeDir, 'state.json')),
    written(join(storeDir, 'routes.json')),
    Promise.all(trees.flatMap((tree) => HEAD_LOGS.map((log) => written(join(tree, log))))),
    readLiveComparison(storeDir),
  ]);
  return { serving: [state, routes, comparison?.startedAt].join('\n'), commits: commits.join('\n') };
}

/** Another text once the file was written; '' without one. */
async function written(path: string): Promise<string> {
  return await stat(path).then(
    ({ mtimeMs, ino }) => `${mtimeMs} ${ino}`,
    () => '',
  );
}
