/** What the side panel asks of the server besides tuning and completing. Reads and arranges; the parts do the work. */
import { execFile } from 'node:child_process';
import { listAdapters } from '../adapters/folderAdapters.ts';
import { AdapterStore } from '../adapters/store.ts';
import type { ProxySettings } from '../downloads/proxiedFetch.ts';
import type { Report } from '../evaluation/report.ts';
import { inspectModel } from '../models/inspect.ts';
import type { ModelLibrary } from '../models/library.ts';
import type { Hardware } from '../models/recommend.ts';
import type { AdapterSummary, ModelAnswer, ModelChoices, RepotuneState, TunePreview } from '../protocol.ts';
import { planPresets } from '../tuning/presets.ts';
import type { WindowFolders } from '../windowFolders.ts';
import { readReport } from './lastResult.ts';
import { getModel, modelChoices, removeModel } from './models.ts';
import { previewOf } from './preview.ts';

export interface PanelDependencies {
  readonly folders: WindowFolders;
  modelPath(): string;
  /** How fast this machine is and what its GPUs hold; needs nothing of what serves. */
  measure(signal: AbortSignal): Promise<Hardware>;
  /** Looks at the stores again and answers with the new state. */
  refresh(): Promise<RepotuneState>;
  /** `runId` absent: the run in view. */
  setPaused(paused: boolean, runId: string | undefined): void;
  readonly library: ModelLibrary;
  /** The command line's script: the doctor runs in a process of its own, so that what it finds cannot hurt the server. */
  readonly commandLine: string;
}

/** `asked`: the folder a request names, if it does. */
export class PanelService {
  readonly #parts: PanelDependencies;

  constructor(parts: PanelDependencies) {
    this.#parts = parts;
  }

  async preview(asked: string | undefined, signal: AbortSignal): Promise<TunePreview> {
    const folder = this.#parts.folders.of(asked);
    const { mineSplits } = await import('../tuning/splits.ts');
    const [{ dataset }, base] = await Promise.all([
      mineSplits({ folder, byTime: true }, null, () => {}, signal),
      inspectModel(this.#parts.modelPath()),
    ]);
    return { ...previewOf(dataset, folder), presets: planPresets(base) };
  }

  /** The measurements of a version. */
  async report(adapterId: string, asked: string | undefined): Promise<Report> {
    return readReport(await this.#store(asked), adapterId);
  }

  adapters(asked: string | undefined): Promise<AdapterSummary[]> {
    return listAdapters(this.#parts.folders.of(asked));
  }

  async pause(paused: boolean, runId: string | undefined): Promise<RepotuneState> {
    this.#parts.setPaused(paused, runId);
    return this.#parts.refresh();
  }

  async rollBack(asked: string | undefined): Promise<RepotuneState> {
    await (await this.#store(asked)).rollBack();
    return this.#parts.refresh();
  }

  async removeAdapter(id: string, asked: string | undefined): Promise<RepotuneState> {
    await (await this.#store(asked)).remove(id);
    return this.#parts.refresh();
  }

  async models(signal: AbortSignal): Promise<ModelChoices> {
    return modelChoices(this.#parts.library, await this.#parts.measure(signal), this.#parts.modelPath());
  }

  getModel(
    id: string,
    onProgress: (doneBytes: number, totalBytes: number) => void,
    signal: AbortSignal,
    proxy: ProxySettings,
  ): Promise<ModelAnswer> {
    return getModel(this.#parts.library, id, onProgress, signal, proxy);
  }

  removeModel(id: string): Promise<ModelAnswer> {
    return removeModel(this.#parts.library, id, this.#parts.modelPath());
  }

  /** The report as a person reads it; findings that are not fine are in it, so the exit code says nothing more. */
  async doctor(asked: string | undefined, signal: AbortSignal): Promise<string> {
    const { folders } = this.#parts;
    const folder = asked === undefined ? (folders.chosen?.path ?? null) : folders.of(asked);
    const args = [this.#parts.commandLine, 'doctor', ...(folder === null ? [] : ['--folder', folder])];
    const model = ['--model', this.#parts.modelPath()];
    return await new Promise((resolve, reject) => {
      execFile(process.execPath, [...args, ...model], { signal, timeout: 120_000 }, (error, stdout, stderr) => {
        // What had been written when it was cancelled is no report.
        if (stdout && !signal.aborted) resolve(stdout + stderr);
        else reject(new Error(stderr.trim() || error?.message || 'The doctor did not answer.'));
      });
    });
  }

  #store(asked: string | undefined): Promise<AdapterStore> {
    return AdapterStore.of(this.#parts.folders.of(asked));
  }
}
