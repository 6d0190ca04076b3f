/** The serving engine for the duration of one command. */
import { createCompletionEngine } from '../engine/index.ts';
import type { CompletionProcess } from '../engine/process.ts';
import type { DeviceChoice, LoadedEngine } from '../engine/types.ts';
import { contextTokensFor } from '../prompt/index.ts';
import { inspectCompleting } from './inspect.ts';

interface LoadedProcess extends LoadedEngine {
  readonly engine: CompletionProcess;
}

export class ServingOnce {
  readonly #mergeAdapters: boolean;
  #loaded: Promise<LoadedProcess> | null = null;
  #engine: CompletionProcess | null = null;

  /** `mergeAdapters` false: for many adapters, or scales of one, each used only once. */
  constructor({ mergeAdapters = true } = {}) {
    this.#mergeAdapters = mergeAdapters;
  }

  async load(modelPath: string, device: DeviceChoice): Promise<LoadedProcess> {
    this.#loaded ??= this.#load(modelPath, device);
    return await this.#loaded;
  }

  async #load(modelPath: string, device: DeviceChoice): Promise<LoadedProcess> {
    const { contextLength } = await inspectCompleting(modelPath);
    const engine = createCompletionEngine({
      onStatus: ({ kind, message }) => {
        if (kind === 'restarting' || kind === 'failed') console.error(`repotune: ${message}`);
      },
    });
    this.#engine = engine;
    const model = await engine.load({
      modelPath,
      contextTokens: contextTokensFor(contextLength),
      device,
      mergeAdapters: this.#mergeAdapters,
    });
    return { engine, model };
  }

  async dispose(): Promise<void> {
    await this.#engine?.dispose();
  }
}
