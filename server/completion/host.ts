/** Owns the completion engine: loads the model when first needed, again when settings or its file change, never twice at once. */

import { stat } from 'node:fs/promises';
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
  /** Another model lies at the served one's path: it is loaded next. */
  onReplaced?(): void;
  /** What tells a file from one that replaces it; null if it cannot be read. Defaults to its size and the time of its last change. */
  stampOf?(modelPath: string): Promise<string | null>;
  nowMs(): number;
}

/** A model that could not be loaded, at first or after its process died, is not tried again with every keystroke. */
const RETRY_AFTER_MS = 30_000;
/** How often it is looked whether the file is still the one that was loaded. */
const LOOK_EVERY_MS = 2000;

export class EngineHost {
  readonly #dependencies: HostDependencies;
  #config: HostConfig | null = null;
  #engine: CompletionEngine | null = null;
  #loading: Promise<LoadedEngine> | null = null;
  #failedAtMs: number | null = null;
  #model: ModelInfo | null = null;
  #borrowers = 0;
  /** Of the file that is loaded. */
  #stamp: string | null = null;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(dependencies: HostDependencies) {
    this.#dependencies = dependencies;
  }

  /** The loaded engine; rejects with a sentence for the user when there is none. */
  async loaded(config: HostConfig): Promise<LoadedEngine> {
    // A loop: meanwhile another request may have begun to load another model.
    for (;;) {
      if ((this.#config !== null && !same(this.#config, config)) || this.#retryDue) await this.unload();
      else if (!this.#lookDue) break;
      else if (await this.#isReplaced(config)) await this.unload();
    }
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
    this.#stamp = null;
    this.#failedAtMs = null;
    this.#dependencies.onStatus({ kind: 'off', message: '' });
    await engine?.dispose();
  }

  get #retryDue(): boolean {
    return this.#failedAtMs !== null && this.#dependencies.nowMs() - this.#failedAtMs > RETRY_AFTER_MS;
  }

  get #lookDue(): boolean {
    return this.#stamp !== null && this.#dependencies.nowMs() - this.#lookedAtMs >= LOOK_EVERY_MS;
  }

  /**
   * Whether the file at the served model's path is another model by now, and a whole one: adapters are chosen for the model there, so they
   * would be applied to one that is gone. A file that is missing or half written leaves the model in memory in use.
   */
  async #isReplaced({ modelPath }: HostConfig): Promise<boolean> {
    const loaded = this.#stamp;
    this.#lookedAtMs = this.#dependencies.nowMs();
    const now = await this.#stampOf(modelPath);
    if (now === null || now === loaded) return false;
    const isWhole = await this.#dependencies.contextTokens(modelPath).then(
      () => true,
      () => false,
    );
    // Meanwhile another request may have unloaded it.
    if (!isWhole || this.#stamp !== loaded) return false;
    this.#dependencies.onReplaced?.();
    return true;
  }

  #stampOf(modelPath: string): Promise<string | null> {
    return (this.#dependencies.stampOf ?? stampOf)(modelPath);
  }

  async #load({ modelPath, device }: HostConfig): Promise<LoadedEngine> {
    const report = (status: EngineStatus): void => {
      if (this.#engine !== engine) return;
      // The process died and could not be restarted at once.
      if (status.mayPass) this.#failedAtMs = this.#dependencies.nowMs();
      const now = engine.model ?? null;
      // Restarted on another device, it reads at another pace.
      if (status.kind === 'ready' && now !== null && now !== this.#model) {
        this.#model = now;
        this.#loading = Promise.resolve({ engine, model: now });
      }
      this.#dependencies.onStatus(status);
    };
    const engine = this.#dependencies.createEngine(report);
    this.#engine = engine;
    report({ kind: 'starting', message: '' });
    try {
      // From before it is read.
      const stamping = this.#stampOf(modelPath);
      const contextTokens = await this.#dependencies.contextTokens(modelPath);
      const model = await engine.load({ modelPath, contextTokens, device });
      const stamp = await stamping;
      if (this.#engine === engine) [this.#model, this.#stamp] = [model, stamp];
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

async function stampOf(modelPath: string): Promise<string | null> {
  return await stat(modelPath).then(
    ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
    () => null,
  );
}

function same(a: HostConfig, b: HostConfig): boolean {
  return a.modelPath === b.modelPath && a.device === b.device;
}
