/** The serving engine for one command, and its end. */
import { createCompletionEngine } from '../engine/index.ts';
import type { CompletionProcess } from '../engine/process.ts';
import type { DeviceChoice, LoadedEngine } from '../engine/types.ts';
import { contextTokensFor } from '../prompt/index.ts';
import { inspectModel } from './inspect.ts';

interface LoadedProcess extends LoadedEngine {
  readonly engine: CompletionProcess;
}

export class ServingOnce {
  #loaded: Promise<LoadedProcess> | null = null;
  #engine: CompletionProcess | null = null;

  async load(modelPath: string, device: DeviceChoice): Promise<LoadedProcess> {
    this.#loaded ??= this.#load(modelPath, device);
    return await this.#loaded;
  }

  async #load(modelPath: string, device: DeviceChoice): Promise<LoadedProcess> {
    const { contextLength } = await inspectModel(modelPath);
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
    });
    return { engine, model };
  }

  async dispose(): Promise<void> {
    await this.#engine?.dispose();
  }
}
