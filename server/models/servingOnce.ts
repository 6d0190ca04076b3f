/** The serving engine for one command, and its end. */
import { createCompletionEngine } from '../engine/index.ts';
import type { CompletionProcess } from '../engine/process.ts';
import type { DeviceChoice, ModelInfo } from '../engine/types.ts';
import { inspectModel } from './inspect.ts';

export interface Serving {
  readonly engine: CompletionProcess;
  readonly model: ModelInfo;
}

/** Longest context a completion or a score needs. */
const MOST_CONTEXT = 2304;

export class ServingOnce {
  #loaded: Promise<Serving> | null = null;
  #engine: CompletionProcess | null = null;

  async load(modelPath: string, device: DeviceChoice): Promise<Serving> {
    this.#loaded ??= this.#load(modelPath, device);
    return await this.#loaded;
  }

  async #load(modelPath: string, device: DeviceChoice): Promise<Serving> {
    const { contextLength } = await inspectModel(modelPath);
    const engine = createCompletionEngine({
      onStatus: ({ kind, message }) => {
        if (kind === 'restarting' || kind === 'failed') console.error(`repotune: ${message}`);
      },
    });
    this.#engine = engine;
    const model = await engine.load({
      modelPath,
      contextTokens: Math.min(contextLength || MOST_CONTEXT, MOST_CONTEXT),
      device,
    });
    return { engine, model };
  }

  async dispose(): Promise<void> {
    await this.#engine?.dispose();
  }
}
