/** The tunes of a window's folders: those begun here and those followed, started, paused and stopped as a client asks. */
import { messageOf } from '../common/messageOf.ts';
import type { Preset, RepotuneState, RequestHandlers, TuneAnswer, TuneParams, TuneResult } from '../protocol/index.ts';
import { isRunning, type TuneProgress } from '../protocol/tune.ts';
import type { RunOptions } from '../runs/runOptions.ts';
import type { ClusterRunOptions, Runs, RunsEvents } from '../runs/runs.ts';
import { sizeOf } from '../tuning/presets.ts';
import type { FolderNotices } from './folderNotices.ts';
import { InView } from './inView.ts';
import type { WindowFolders } from './windowFolders.ts';
import type { WindowSettings } from './windowSettings.ts';

export interface WindowRunsParts {
  readonly folders: WindowFolders;
  readonly settings: WindowSettings;
  readonly notices: Pick<FolderNotices, 'ended' | 'failed'>;
  modelPath(): string;
  createRuns(events: RunsEvents): Runs;
  /** The result of the newest version, as if its run had just ended. */
  storedResult(folder: string): Promise<TuneResult | null>;
  isStored(folder: string, adapterId: string): Promise<boolean>;
  onProgress(): void;
  /** There is a new adapter. */
  onResult(): Promise<unknown>;
  /** Of a run that nobody asked for: its end is for the log, and no notice. */
  onBackground(end: BackgroundEnd): void;
  /** The base is being prepared: two that train would take turns of minutes. */
  isPreparing(): boolean;
}

/** How a run ended that nobody asked for; `stopped` to make way for a key or another run, or as its user `asked`. */
export type BackgroundEnd = { readonly runId: string; readonly folder: string } & (
  | { readonly kind: 'done'; readonly result: TuneResult }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped'; readonly asked: boolean }
);

export class WindowRuns {
  readonly inView: InView;
  readonly #parts: WindowRunsParts;
  readonly #runs: Runs;
  /** Runs that were stopped here by their user, until they have ended. */
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
        if (run.background && run.stage === 'stopped') parts.onBackground({ kind: 'stopped', asked, ...ofRun(run) });
      },
      onResult: async (result, run) => {
        this.inView.heard(result);
        if (run?.background) parts.onBackground({ kind: 'done', result, ...ofRun(run) });
        else notices.ended(result, result.folder === folders.chosen?.path);
        await parts.onResult();
      },
      onFailure: (message, run) => {
        if (run?.background) parts.onBackground({ kind: 'failed', message, ...ofRun(run) });
        else notices.failed(message, run?.folder ?? null);
      },
    });
  }

  /** Follows the runs of these folders, and of no others but the one that was started here. */
  async follow(folders: readonly string[]): Promise<void> {
    this.inView.forget();
    await this.#runs.setFolders(folders);
    this.#parts.onProgress();
  }

  /** `refresh`: looks at everything again and answers with the new state. */
  requests(refresh: () => Promise<RepotuneState>): Pick<RequestHandlers, 'tune' | 'stop' | 'pause'> {
    return {
      tune: async (params) => {
        // What nobody asked for makes way for what somebody does.
        await this.#runs.endBackground();
        return this.#start(params);
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

  /** A submission that was agreed to. */
  startOnCluster(options: ClusterRunOptions): TuneAnswer {
    return this.#runs.startOnCluster(options);
  }

  /** Goes on from the active adapter; nobody asked for it just now. `edits`: learns next edits too. */
  keepUp(folder: string, edits: boolean): TuneAnswer {
    return this.#begin({
      ...this.#optionsIn(folder),
      keepUp: true,
      edits,
      pauseOnBattery: true,
      background: true,
    });
  }

  /** Whether anything trains in one of the window's folders. */
  get going(): boolean {
    return this.#runs.isComputing();
  }

  /** Whether that, or the base is being prepared: what nobody asks for waits. */
  get isBusy(): boolean {
    return this.going || this.#parts.isPreparing();
  }

  setTyping(typing: boolean): void {
    this.#runs.setTyping(typing);
  }

  endBackground(): Promise<void> {
    return this.#runs.endBackground();
  }

  /** The runs go on. */
  dispose(): void {
    this.#runs.dispose();
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
    if (!this.#parts.isPreparing()) return this.#runs.start(options);
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
      ...sizeOf(preset, tuning),
      pauseOnBattery: tuning.pauseOnBattery,
    };
  }
}

function ofRun({ runId, folder }: TuneProgress): { readonly runId: string; readonly folder: string } {
  return { runId, folder };
}
