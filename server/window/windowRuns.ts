/** The tunes of a window's folders: those begun here and those followed, started, paused and stopped as a client asks. */
import { messageOf } from '../common/messageOf.ts';
import type { RepotuneState, RequestHandlers, TuneAnswer, TuneParams, TuneResult } from '../protocol/index.ts';
import type { ClusterRunOptions, Runs, RunsEvents } from '../runs/runs.ts';
import { sizeOf } from '../tuning/presets.ts';
import type { FolderNotices } from './folderNotices.ts';
import { InView } from './inView.ts';
import type { WindowFolders } from './windowFolders.ts';
import type { WindowSettings } from './windowSettings.ts';

export interface WindowRunsParts {
  readonly folders: WindowFolders;
  readonly settings: WindowSettings;
  readonly notices: Pick<FolderNotices, 'endedElsewhere' | 'failed'>;
  modelPath(): string;
  createRuns(events: RunsEvents): Runs;
  /** The result of the newest version, as if its run had just ended. */
  storedResult(folder: string): Promise<TuneResult | null>;
  onProgress(): void;
  /** There is a new adapter. */
  onResult(): Promise<unknown>;
}

export class WindowRuns {
  readonly inView: InView;
  readonly #parts: WindowRunsParts;
  readonly #runs: Runs;

  constructor(parts: WindowRunsParts) {
    const { folders, notices, storedResult, createRuns } = parts;
    this.#parts = parts;
    this.inView = new InView({ folders, run: (folder) => this.#runs.shown(folder), storedResult });
    this.#runs = createRuns({
      onProgress: () => parts.onProgress(),
      onResult: async (result) => {
        this.inView.heard(result);
        if (result.folder !== folders.chosen?.path) notices.endedElsewhere(result);
        await parts.onResult();
      },
      onFailure: (message, folder) => notices.failed(message, folder),
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
      tune: async (params) => this.#start(params),
      stop: async ({ runId: named }) => {
        const runId = this.inView.runId(named);
        return runId === undefined ? false : await this.#runs.stop(runId);
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

  /** The runs go on. */
  dispose(): void {
    this.#runs.dispose();
  }

  #start({ folder: asked, preset, minutes, continueFrom, anyway = false }: TuneParams): TuneAnswer {
    const { folders, settings, modelPath } = this.#parts;
    const { model, device, tuning } = settings.current;
    let folder: string;
    try {
      folder = folders.of(asked);
    } catch (error) {
      return { kind: 'refused', message: messageOf(error) };
    }
    return this.#runs.start({
      folder,
      modelPath: modelPath(),
      baseType: model.baseType,
      device,
      ...sizeOf(preset, tuning),
      ...(minutes === undefined ? {} : { maxMinutes: minutes }),
      pauseOnBattery: tuning.pauseOnBattery,
      anyway,
      ...(continueFrom === undefined ? {} : { continueFrom }),
    });
  }
}
