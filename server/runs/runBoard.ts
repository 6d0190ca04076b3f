/** The runs that a window knows of, and which of them it shows. Pure. */

import { isRunning, type TuneProgress } from '../protocol/tune.ts';
import type { PauseReason } from './runMessages.ts';

export interface KnownRun {
  readonly progress: TuneProgress;
  readonly paused: PauseReason | null;
  /** The store whose follower reports it; null until known. */
  readonly store: string | null;
}

export class RunBoard {
  readonly #runs = new Map<string, KnownRun>();
  /** Store by window folder: two folders of one repository share a store. */
  #stores: ReadonlyMap<string, string> = new Map();

  /** `followed`: stores whose runs are reported. */
  setStores(stores: ReadonlyMap<string, string>, followed: ReadonlySet<string>): void {
    this.#stores = stores;
    for (const [runId, { store }] of this.#runs) if (store !== null && !followed.has(store)) this.#runs.delete(runId);
  }

  heard(progress: TuneProgress, paused: PauseReason | null, store: string | null): void {
    for (const [runId, other] of this.#runs)
      if (runId !== progress.runId && !isRunning(other.progress) && this.#isOf(other, progress.folder))
        this.#runs.delete(runId);
    this.#runs.set(progress.runId, { progress, paused, store });
  }

  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  /** Running ones, newest first: the named one, or all. */
  going(runId?: string): KnownRun[] {
    return this.#newestFirst().filter(
      ({ progress }) => isRunning(progress) && (runId === undefined || progress.runId === runId),
    );
  }

  /** The running one of the folder's repository. */
  goingIn(folder: string): KnownRun | null {
    return this.going().find((run) => this.#isOf(run, folder)) ?? null;
  }

  /** What is running in the folder, else what is running elsewhere, else what ended last in the folder. */
  shown(folder: string | null): KnownRun | null {
    const here = this.#newestFirst().filter((run) => folder !== null && this.#isOf(run, folder));
    return here.find(({ progress }) => isRunning(progress)) ?? this.going()[0] ?? here[0] ?? null;
  }

  /** The window's folder that a run in `store` belongs to, if it was started under another name or in a subfolder. */
  home(store: string, folder: string): string {
    if (this.#stores.has(folder)) return folder;
    return [...this.#stores].find(([, of]) => of === store)?.[0] ?? folder;
  }

  /** The newest run followed in that store. */
  lastOf(store: string): KnownRun | undefined {
    return this.#newestFirst().find((run) => run.store === store);
  }

  #newestFirst(): KnownRun[] {
    return [...this.#runs.values()].sort((a, b) => b.progress.startedAtMs - a.progress.startedAtMs);
  }

  #isOf({ progress, store }: KnownRun, folder: string): boolean {
    if (progress.folder === folder) return true;
    return store !== null && store === this.#stores.get(folder);
  }
}
