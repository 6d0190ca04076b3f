/**
 * Notices that another process (a second window, the command line) switched what serves, set routes, or began or ended a live
 * comparison. By looking when something is to be completed: watchers fail on network disks, and nothing need be known before.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readExperiment } from './experiment.ts';

const LOOK_EVERY_MS = 1000;

interface Look {
  readonly atMs: number;
  readonly stamp: Promise<string>;
}

export class StoreWatch {
  readonly #nowMs: () => number;
  readonly #looks = new Map<string, Look>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether what serves may be another since the last call that looked. */
  async changed(storeDir: string): Promise<boolean> {
    const last = this.#looks.get(storeDir);
    const atMs = this.#nowMs();
    if (last !== undefined && atMs - last.atMs < LOOK_EVERY_MS) return false;
    const stamp = stampOf(storeDir);
    this.#looks.set(storeDir, { atMs, stamp });
    return last !== undefined && (await last.stamp) !== (await stamp);
  }
}

/** Counts of a comparison are written every few seconds and change nothing: of its file, only when it began counts. */
async function stampOf(storeDir: string): Promise<string> {
  const written = ['state.json', 'routes.json'].map((name) =>
    stat(join(storeDir, name)).then(
      ({ mtimeMs, ino }) => `${mtimeMs} ${ino}`,
      () => '',
    ),
  );
  return [...(await Promise.all(written)), (await readExperiment(storeDir))?.startedAt].join('\n');
}
