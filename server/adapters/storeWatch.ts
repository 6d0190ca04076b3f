/**
 * Notices that another process (a second window, the command line) switched what serves, set routes, started or ended a live comparison, or
 * committed. It looks when a completion is requested: watchers fail on network disks, and no earlier notice is needed.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readLiveComparison } from './liveComparisonFile.ts';

const LOOK_EVERY_MS = 1000;
/** What git writes when HEAD moves, by ref format. */
const HEAD_LOGS = ['logs/HEAD', 'reftable/tables.list'];

/** What has changed since the last look. */
export type Change = 'nothing' | 'commits' | 'serving';

/** State of a store, and of its repository, at one moment. */
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

  /** After a switch of our own, when what serves is read anyway: the next look starts over. */
  forget(): void {
    this.#looks.clear();
  }

  /** `read`: the stamp from when the serving plan was read, which the first look compares with. */
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

/** Of a comparison's file only the start time counts: its counts are written every few seconds and change nothing. */
export async function storeStamp(storeDir: string): Promise<StoreStamp> {
  // In a repository the store is inside the git folder, beside the HEAD logs of each work tree.
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

/** A text that changes when the file is written; '' if there is no file. */
async function written(path: string): Promise<string> {
  return await stat(path).then(
    ({ mtimeMs, ino }) => `${mtimeMs} ${ino}`,
    () => '',
  );
}
