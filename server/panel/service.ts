/** What the side panel asks of the server besides tuning and completing. Reads and arranges; the parts do the work. */
import { execFile } from 'node:child_process';
import { AdapterStore } from '../adapters/store.ts';
import type { ProxySettings } from '../downloads/proxiedFetch.ts';
import type { Report } from '../evaluation/report.ts';
import { inspectModel } from '../models/inspect.ts';
import type { ModelLibrary } from '../models/library.ts';
import type { Hardware } from '../models/recommend.ts';
import type { ModelAnswer, ModelChoices, RepotuneState, TunePreview } from '../protocol.ts';
import { learnedFrom } from '../tuning/learnedFrom.ts';
import { planPresets } from '../tuning/presets.ts';
import { readReport } from './lastResult.ts';
import { getModel, modelChoices, removeModel } from './models.ts';
import { previewOf } from './preview.ts';

export interface PanelDependencies {
  folder(): string | null;
  modelPath(): string;
  /** How fast this machine is; needs nothing of what serves. */
  measure(signal: AbortSignal): Promise<Hardware>;
  /** Looks at the stores again and answers with the new state. */
  refresh(): Promise<RepotuneState>;
  setPaused(paused: boolean): void;
  readonly library: ModelLibrary;
  /** The command line's script: the doctor runs in a process of its own, so that what it finds cannot hurt the server. */
  readonly commandLine: string;
}

export class PanelService {
  readonly #parts: PanelDependencies;

  constructor(parts: PanelDependencies) {
    this.#parts = parts;
  }

  async preview(signal: AbortSignal): Promise<TunePreview> {
    const folder = this.#folder();
    const { mineRepository } = await import('../mining/index.ts');
    const [dataset, base] = await Promise.all([
      mineRepository(learnedFrom(folder), undefined, signal),
      inspectModel(this.#parts.modelPath()),
    ]);
    return { ...previewOf(dataset, folder), presets: planPresets(base) };
  }

  /** The measurements of a version. */
  async report(adapterId: string): Promise<Report> {
    return readReport(await AdapterStore.of(this.#folder()), adapterId);
  }

  async pause(paused: boolean): Promise<RepotuneState> {
    this.#parts.setPaused(paused);
    return this.#parts.refresh();
  }

  async rollBack(): Promise<RepotuneState> {
    await (await AdapterStore.of(this.#folder())).rollBack();
    return this.#parts.refresh();
  }

  async removeAdapter(id: string): Promise<RepotuneState> {
    await (await AdapterStore.of(this.#folder())).remove(id);
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
  doctor(signal: AbortSignal): Promise<string> {
    const folder = this.#parts.folder();
    const args = [this.#parts.commandLine, 'doctor', ...(folder === null ? [] : ['--folder', folder])];
    const model = ['--model', this.#parts.modelPath()];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [...args, ...model], { signal, timeout: 120_000 }, (error, stdout, stderr) => {
        // What had been written when it was cancelled is no report.
        if (stdout && !signal.aborted) resolve(stdout + stderr);
        else reject(new Error(stderr.trim() || error?.message || 'The doctor did not answer.'));
      });
    });
  }

  #folder(): string {
    const folder = this.#parts.folder();
    if (folder === null) throw new Error('Open the folder of a repository first.');
    return folder;
  }
}
