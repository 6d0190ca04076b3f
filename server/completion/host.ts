/** Owns the completion engine: loads the model when first needed, again when settings change, never twice at once. */

import { messageOf } from '../common/messageOf.ts';
import type { CompletionEngine, DeviceChoice, LoadedEngine, ModelInfo } from '../engine/types.ts';
import type { EngineStatus } from '../protocol/index.ts';

export interface HostConfig {
  readonly modelPath: string;
  readonly device: DeviceChoice;
}

export interface HostDependencies {
  createEngine(onStatus: (status: EngineStatus) => void): CompletionEngine;
  /** Tokens a context must hold for this model; rejects with a sentence for the user when the file is not usable. */
  contextTokens(modelPath: string): Promise<number>;
  onStatus(status: EngineStatus): void;
  /** Runs before the model is reported ready; errors are ignored. */
  onLoaded?(loaded: LoadedEngine): Promise<unknown>;
  nowMs(): number;
}

/** A model that could not be loaded, at first or after its process died, is not tried again with every keystroke. */
const RETRY_AFTER_MS = 30_000;

export class EngineHost {
  readonly #dependencies: HostDependencies;
  #config: HostConfig | null = null;
  #engine: CompletionEngine | null = null;
  #loading: Promise<LoadedEngine> | null = null;
  #failedAtMs: number | null = null;
  #model: ModelInfo | null = null;
  #borrowers = 0;

  constructor(dependencies: HostDependencies) {
    this.#dependencies = dependencies;
  }

  /** The loaded engine; rejects with a sentence for the user when there is none. */
  async loaded(config: HostConfig): Promise<LoadedEngine> {
    // A loop: during the unload another request may have begun to load another model.
    while ((this.#config !== null && !same(this.#config, config)) || this.#retryDue) await this.unload();
    this.#config = config;
    this.#loading ??= this.#load(config);
    return await this.#loading;
  }

  get model(): ModelInfo | null {
    return this.#model;
  }

  /** Memory of the loaded model's weights, and on which device. */
  get occupied(): { readonly device: string; readonly bytes: number } | null {
    return this.#model?.device === undefined ? null : { device: this.#model.device, bytes: this.#model.sizeBytes };
  }

  /** Runs work that needs the model for longer than one request; the last of them frees it unless it is still wanted then. */
  async lend<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T> {
    this.#borrowers += 1;
    try {
      return await work();
    } finally {
      this.#borrowers -= 1;
      if (!isWanted()) await this.unloadIfIdle();
    }
  }

  /** Frees the model unless it is lent. */
  async unloadIfIdle(): Promise<void> {
    if (this.#borrowers === 0) await this.unload();
  }

  /** Frees the model: with completions off nothing runs. The next {@link loaded} loads it again. */
  async unload(): Promise<void> {
    const engine = this.#engine;
    this.#engine = null;
    this.#loading = null;
    this.#config = null;
    this.#model = null;
    this.#failedAtMs = null;
    this.#dependencies.onStatus({ kind: 'off', message: '' });
    await engine?.dispose();
  }

  get #retryDue(): boolean {
    return this.#failedAtMs !== null && this.#dependencies.nowMs() - this.#failedAtMs > RETRY_AFTER_MS;
  }

  async #load({ modelPath, device }: HostConfig): Promise<LoadedEngine> {
    const report = (status: EngineStatus): void => {
      if (this.#engine !== engine) return;
      // The process died and could not be restarted at once.
      if (status.mayPass) this.#failedAtMs = this.#dependencies.nowMs();
      this.#dependencies.onStatus(status);
    };
    const engine = this.#dependencies.createEngine(report);
    this.#engine = engine;
    report({ kind: 'starting', message: '' });
    try {
      const contextTokens = await this.#dependencies.contextTokens(modelPath);
      const model = await engine.load({ modelPath, contextTokens, device });
      if (this.#engine === engine) this.#model = model;
      await this.#dependencies.onLoaded?.({ engine, model }).catch(() => {});
      report({ kind: 'ready', message: '' });
      return { engine, model };
    } catch (error) {
      // An abandoned load says nothing about its replacement: `report` ignores it.
      report({ kind: 'failed', message: messageOf(error), mayPass: true });
      throw error;
    }
  }
}

function same(a: HostConfig, b: HostConfig): boolean {
  return a.modelPath === b.modelPath && a.device === b.device;
}
