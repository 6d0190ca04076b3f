/** What the panel shows of the chosen folder besides its adapters: a run, and the last result. */
import type { RepotuneState } from '../protocol/index.ts';
import type { TuneResult } from '../protocol/tune.ts';
import type { KnownRun } from '../runs/runBoard.ts';
import type { WindowFolders } from './windowFolders.ts';

export interface InViewDependencies {
  readonly folders: WindowFolders;
  /** The run shown by a window that works on `folder`. */
  run(folder: string | null): KnownRun | null;
  /** The newest version's result, as if its run had just ended. */
  storedResult(folder: string): Promise<TuneResult | null>;
  isStored(folder: string, adapterId: string): Promise<boolean>;
}

export class InView {
  readonly #parts: InViewDependencies;
  /** Results of runs that ended while this server was running: they contain more than the stored ones. */
  readonly #heard = new Map<string, TuneResult>();
  readonly #shown = new Map<string, Promise<TuneResult | null>>();

  constructor(parts: InViewDependencies) {
    this.#parts = parts;
  }

  get run(): Pick<RepotuneState, 'run' | 'paused' | 'waitsForPower'> {
    const known = this.#known;
    if (known === null) return { run: null, paused: false, waitsForPower: false };
    const { progress, paused } = known;
    const waitsForPower = paused === 'battery';
    const run = waitsForPower ? { ...progress, message: 'Waiting for mains power.' } : progress;
    return { run, paused: paused !== null, waitsForPower };
  }

  /** The named run, else the one in view; undefined if there is none. */
  runId(named: string | undefined): string | undefined {
    return named ?? this.#known?.progress.runId;
  }

  heard(result: TuneResult): void {
    this.#heard.set(result.folder, result);
    // Two folders of one repository have the same versions.
    this.forget();
  }

  /** Makes the stores be read again. */
  forget(): void {
    this.#shown.clear();
  }

  lastResult(folder: string): Promise<TuneResult | null> {
    const shown = this.#shown.get(folder) ?? this.#look(folder);
    this.#shown.set(folder, shown);
    return shown;
  }

  async #look(folder: string): Promise<TuneResult | null> {
    const { isStored, storedResult } = this.#parts;
    const heard = this.#heard.get(folder);
    // It may have been deleted since.
    if (heard !== undefined && (await isStored(folder, heard.adapterId).catch(() => true))) return heard;
    return await storedResult(folder).catch(() => null);
  }

  get #known(): KnownRun | null {
    return this.#parts.run(this.#parts.folders.chosen?.path ?? null);
  }
}
