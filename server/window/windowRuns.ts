/** The tunes of a window's folders, started here or followed: start, pause and stop at a client's request. */
import { messageOf } from '../common/messageOf.ts';
import { storeLocation } from '../git/storeLocation.ts';
import type { Preset, RepotuneState, RequestHandlers, TuneAnswer, TuneParams, TuneResult } from '../protocol/index.ts';
import { isRunning, type TuneProgress } from '../protocol/tune.ts';
import type { RunOptions } from '../runs/runOptions.ts';
import type { ClusterRunOptions, Runs, RunsEvents } from '../runs/runs.ts';
import { limitsToPass } from '../tuning/presets.ts';
import type { FolderNotices } from './folderNotices.ts';
import { InView } from './inView.ts';
import type { WindowFolders } from './windowFolders.ts';
import type { WindowSettings } from './windowSettings.ts';

export interface WindowRunsParts {
  readonly folders: WindowFolders;
  readonly settings: WindowSettings;
  readonly notices: Pick<FolderNotices, 'ended' | 'failed' | 'failedUnseen' | 'stillLearns' | 'interrupted'>;
  modelPath(): string;
  createRuns(events: RunsEvents): Runs;
  /** The newest version's result, as if its run had just ended. */
  storedResult(folder: string): Promise<TuneResult | null>;
  isStored(folder: string, adapterId: string): Promise<boolean>;
  /** The name of the base that a version belongs to, if that is not the one in use. */
  otherBase(folder: string, adapterId: string): Promise<string | null>;
  onProgress(): void;
  /** There is a new adapter. */
  onResult(): Promise<unknown>;
  /** For an unrequested run: its end goes to the log, not into a notice. */
  onBackground(end: BackgroundEnd): void;
  /** The base is being prepared: two trainings would alternate for minutes. */
  isPreparing(): boolean;
}

/** How an unrequested run ended; `stopped` by its user's choice, or because it `madeWay` for a key or another run. */
export type BackgroundEnd = { readonly runId: string; readonly folder: string } & (
  | { readonly kind: 'done'; readonly result: TuneResult }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped'; readonly madeWay: boolean }
);

export class WindowRuns {
  readonly inView: InView;
  readonly #parts: WindowRunsParts;
  readonly #runs: Runs;
  /** Runs that their user stopped here, until they have ended. */
  readonly #asked = new Set<string>();

  constructor(parts: WindowRunsParts) {
    const { folders, notices, storedResult, isStored, createRuns } = parts;
    this.#parts = parts;
    this.inView = new InView({ folders, run: (folder) => this.#runs.shown(folder), storedResult, isStored });
    this.#runs = createRuns({
      onProgress: (run) => {
        parts.onProgress();
        if (isRunning(run)) return;
        const asked = this.#asked.delete(run.runId);
        if (!run.background || run.stage !== 'stopped') return;
        parts.onBackground({ kind: 'stopped', madeWay: !asked && run.madeWay === true, ...ofRun(run) });
      },
      onResult: async (result, run) => {
        this.inView.heard(result);
        if (run?.background) parts.onBackground({ kind: 'done', result, ...ofRun(run) });
        else notices.ended(result, result.folder === folders.chosen?.path, await this.#idle(result));
        await parts.onResult();
      },
      onFailure: (message, run) => {
        if (run?.background) parts.onBackground({ kind: 'failed', message, ...ofRun(run) });
        else {
          const folder = run?.folder ?? null;
          notices.failed(message, folder, folder !== null && folder === folders.chosen?.path);
        }
      },
      onInterrupted: (run) => notices.interrupted(run),
      onUnseenFailure: (run) => notices.failedUnseen(run),
    });
  }

  /** Follows the runs of these folders, and of no others except the one started here. */
  async follow(folders: readonly string[]): Promise<void> {
    this.inView.forget();
    await this.#runs.setFolders(folders);
    this.#parts.onProgress();
  }

  /** `refresh`: reads everything again and answers with the new state. */
  requests(
    refresh: () => Promise<RepotuneState>,
  ): Pick<RequestHandlers, 'tune' | 'continueRun' | 'discardRun' | 'stop' | 'pause'> {
    return {
      tune: async (params) => {
        // An unrequested run makes way for a requested one.
        await this.#runs.endBackground();
        return this.#start(params);
      },
      continueRun: async ({ folder: asked, runId }) => {
        await this.#runs.endBackground();
        const folder = this.#parts.folders.of(asked);
        const { pauseOnBattery } = this.#parts.settings.current.tuning;
        return this.#unlessPreparing(() => this.#runs.continueRun({ runId, folder, pauseOnBattery }));
      },
      discardRun: async ({ folder, runId }) => {
        const { discardInterrupted } = await import('../runs/interrupted.ts');
        const gone = await discardInterrupted(await storeLocation(this.#parts.folders.of(folder)), runId);
        if (!gone) throw new Error('A tune of this repository is running. Stop it first, or wait for it.');
        this.#runs.forget(runId);
        return await refresh();
      },
      stop: async ({ runId: named }) => {
        const runId = this.inView.runId(named);
        if (runId === undefined) return false;
        this.#asked.add(runId);
        return await this.#runs.stop(runId);
      },
      pause: async ({ paused, runId: named }) => {
        const runId = this.inView.runId(named);
        if (runId !== undefined) this.#runs.setPaused(paused, runId);
        return await refresh();
      },
    };
  }

  /** Starts a submission that was agreed to. */
  async startOnCluster(options: ClusterRunOptions): Promise<TuneAnswer> {
    await this.#runs.endBackground();
    return this.#runs.startOnCluster(options);
  }

  /** Continues from the active adapter, unrequested. `edits`: learns next edits too. */
  keepUp(folder: string, edits: boolean): TuneAnswer {
    return this.#begin({
      ...this.#optionsIn(folder),
      keepUp: true,
      edits,
      pauseOnBattery: true,
      background: true,
    });
  }

  /** Whether anything is training in one of the window's folders. */
  get going(): boolean {
    return this.#runs.isComputing();
  }

  /** Whether that, or the base is being prepared: unrequested work waits. */
  get isBusy(): boolean {
    return this.going || this.#parts.isPreparing();
  }

  setTyping(typing: boolean): void {
    this.#runs.setTyping(typing);
  }

  endBackground(): Promise<void> {
    return this.#runs.endBackground();
  }

  /**
   * A file, or what was recorded, is forgotten. A run may have read it before: one that nobody asked for does not go on, nor does one
   * that was interrupted.
   */
  async forgotten(folder: string): Promise<void> {
    const run = this.#runs.goingIn(folder);
    if (run === null) return await this.#discardForgotten(folder);
    if (run.background) await this.endBackground();
    else this.#parts.notices.stillLearns(folder, run.runId);
  }

  /** A store that cannot be read now has no run to go on. */
  async #discardForgotten(folder: string): Promise<void> {
    const { discardForgotten } = await import('../runs/interrupted.ts');
    const gone = await discardForgotten(folder).catch(() => []);
    for (const runId of gone) this.#runs.forget(runId);
    if (gone.length > 0) this.#parts.onProgress();
  }

  /** Leaves the runs running. */
  dispose(): void {
    this.#runs.dispose();
  }

  /** Settings may be changed while a run is under way. */
  async #idle({ folder, adapterId, activated }: TuneResult): Promise<string | null> {
    if (!activated) return null;
    const base = await this.#parts.otherBase(folder, adapterId).catch(() => null);
    if (base !== null)
      return `Its adapter belongs to the base ${base}, and another is in use now: choose that one again to complete with it.`;
    return this.#parts.settings.current.completions.enabled ? null : 'Its adapter is active, but completions are off.';
  }

  #start({ folder: asked, preset, minutes, continueFrom, anyway = false }: TuneParams): TuneAnswer {
    let folder: string;
    try {
      folder = this.#parts.folders.of(asked);
    } catch (error) {
      return { kind: 'refused', message: messageOf(error) };
    }
    return this.#begin({
      ...this.#optionsIn(folder, preset),
      ...(minutes === undefined ? {} : { maxMinutes: minutes }),
      anyway,
      ...(continueFrom === undefined ? {} : { continueFrom }),
    });
  }

  #begin(options: RunOptions): TuneAnswer {
    return this.#unlessPreparing(() => this.#runs.start(options));
  }

  #unlessPreparing(start: () => TuneAnswer): TuneAnswer {
    if (!this.#parts.isPreparing()) return start();
    return { kind: 'refused', message: 'The base model is being prepared. Tune when that has ended, or cancel it.' };
  }

  #optionsIn(folder: string, preset?: Preset): RunOptions {
    const { settings, modelPath } = this.#parts;
    const { model, device, tuning } = settings.current;
    return {
      folder,
      modelPath: modelPath(),
      baseType: model.baseType,
      device,
      ...limitsToPass(preset, tuning),
      pauseOnBattery: tuning.pauseOnBattery,
    };
  }
}

function ofRun({ runId, folder }: TuneProgress): { readonly runId: string; readonly folder: string } {
  return { runId, folder };
}
