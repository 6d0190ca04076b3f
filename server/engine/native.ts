/** The native addon, typed. Only engine processes load it: ggml and GPU drivers abort the process they run in. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { messageOf } from '../common/messageOf.ts';
import { addonPath } from '../storage/paths.ts';
import type { NativeErrorCode } from './errorCodes.ts';
import type {
  AdapterRef,
  Calibration,
  CompleteRequest,
  CompleteResult,
  ComputeDevice,
  DeviceName,
  DeviceSpeed,
  MergeRequest,
  ModelInfo,
  Score,
  TrainerConfig,
  TrainingPlan,
  TrainRow,
} from './types.ts';

/** What every addon call throws or rejects with. The message is a sentence for the user. */
export type NativeError = Error &
  (
    | { readonly code: Exclude<NativeErrorCode, 'diverged'> }
    | { readonly code: 'diverged'; readonly quantity: 'loss' | 'gradient'; readonly value: number }
  );

/** A call off the JavaScript thread; `cancel` ends it within one operation of the model. */
export interface NativeCall<Result> {
  readonly result: Promise<Result>;
  cancel(): void;
}

interface NativeLoadOptions {
  readonly librariesPath: string;
  readonly gpuBackends: readonly string[];
  readonly modelPath: string;
  readonly device: string;
  readonly contextTokens: number;
  /** 0: chosen by the model's size. */
  readonly threads: number;
  /** Where adapters are merged into copies of the base, of which the last two are kept; '' applies them unmerged. */
  readonly mergeFolder: string;
}

interface NativeScoreSample {
  readonly tokens: Int32Array;
  readonly lossFrom: number;
  readonly lossTo: number;
}

export interface NativeSession {
  info(): ModelInfo;
  tokenize(texts: readonly string[]): Promise<Int32Array<ArrayBuffer>[]>;
  /** `onFresh` gets only what became final since its last call. */
  complete(request: CompleteRequest, onFresh?: (text: string) => void): NativeCall<Omit<CompleteResult, 'cpuMs'>>;
  /** When cancelled, the scores so far: the last may cover part of its tokens. `smallBatches`: loses less if cancelling is likely. */
  score(samples: readonly NativeScoreSample[], adapter: AdapterRef | null, smallBatches?: boolean): NativeCall<Score[]>;
  dispose(): void;
}

export interface NativeTrainer {
  readonly model: ModelInfo;
  readonly plan: TrainingPlan;
  readonly trainableParameters: number;
  tokenize(texts: readonly string[]): number[][];
  step(
    rows: readonly TrainRow[],
    learningRate: number,
    lossOver?: number,
  ): Promise<{ loss: number; gradientNorm: number; lossTokens: number }>;
  evaluate(rows: readonly TrainRow[], scale?: number): Promise<{ nll: number; lossTokens: number }>;
  calibrate(rows: readonly TrainRow[]): Promise<Calibration>;
  /** [tokens, vocabulary] of one sequence, from the training forward pass. */
  logits(tokens: Int32Array): Promise<Float32Array>;
  exportAdapter(path: string, scale?: number): Promise<void>;
  /** Loads a llama.cpp LoRA GGUF of the same base and rank. */
  importAdapter(path: string): Promise<void>;
  saveState(path: string): Promise<void>;
  loadState(path: string): Promise<void>;
  cancel(): void;
  dispose(): void;
}

export interface NativeAddon {
  /** The addon's own list of codes, for comparing it with ours. */
  readonly errorCodes: readonly string[];
  loadSession(options: NativeLoadOptions): Promise<NativeSession>;
  /** The devices other than the CPU that `device` may mean, in the order they are tried, each timed. */
  devices(options: {
    readonly librariesPath: string;
    readonly gpuBackends: readonly string[];
    readonly device: DeviceName;
  }): Promise<ComputeDevice[]>;
  /** Changed weights of fewer than eight bits, which could round the adapter away, become Q8_0 or F16. */
  mergeModel(request: MergeRequest): Promise<void>;
  /** From the model's header alone; if the budget is too small, rejects with what would fit. */
  planTraining(config: TrainerConfig): Promise<TrainingPlan>;
  /** Times a short step on the CPU and on each device that the config's may mean; also lists plug-ins that cannot serve. */
  timeTraining(config: TrainerConfig & { readonly gpuBackends: readonly string[] }): Promise<DeviceSpeed[]>;
  /** Times a short completion on the CPU and on each device that `device` may mean. */
  timeCompletions(options: {
    readonly librariesPath: string;
    readonly gpuBackends: readonly string[];
    readonly modelPath: string;
    readonly device: DeviceName;
  }): Promise<DeviceSpeed[]>;
  /** `stepTokens`: most tokens of a step, for which a GPU keeps room; absent: unknown. */
  openTrainer(
    config: TrainerConfig & { readonly gpuBackends?: readonly string[]; readonly stepTokens?: number },
  ): Promise<NativeTrainer>;
  /**
   * The CPU kernels of this process: "auto", "f32" (the best that round no operand), or a variant's name. Returns the variant now in use.
   */
  selectKernels(name: string): string;
  /** Holds the trainer's threads between two matrix products until released: a substitute for SIGSTOP. */
  holdComputing(held: boolean): void;
  /** Ends this process when its parent ends, even while stopped by SIGSTOP (Linux; a no-op elsewhere). */
  dieWithParent(): void;
}

/** llama.cpp's libraries need it, Windows comes without it, and does not say which of them it did not find. */
const RUNTIME_OF_WINDOWS =
  "Install Microsoft's Visual C++ Redistributable for x64 (https://aka.ms/vs/17/release/vc_redist.x64.exe), and try again.";

/** Elsewhere the system says what is wrong: most often the package is for another platform, or newer than the system's libraries. */
function fitting(platform: NodeJS.Platform): string {
  return `Install Repotune's package for ${platform}-${process.arch}; if that one needs a newer system, build the addon from a checkout, with \`node script/setup.mjs\`.`;
}

/** Throws an Error that says what to do when the addon is missing or does not fit this machine. */
export function loadAddon(path = addonPath(), platform = process.platform): NativeAddon {
  if (!existsSync(path))
    throw new Error(`The native addon ${path} is missing: run \`node script/setup.mjs\`, or reinstall the extension.`);
  try {
    return createRequire(import.meta.url)(path) as NativeAddon;
  } catch (error) {
    // On Windows the file's path follows, in a line of its own.
    const [reason = ''] = messageOf(error).replace(`${path}: `, '').split(/\r?\n/);
    const said = `The native addon ${path} cannot be loaded on this machine: ${reason.replace(/\.?$/, '.')}`;
    throw new Error(`${said} ${platform === 'win32' ? RUNTIME_OF_WINDOWS : fitting(platform)}`);
  }
}
