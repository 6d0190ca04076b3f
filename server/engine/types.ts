/**
 * What the rest of the server sees of the engine processes. Implementations: `process.ts` (child process, both roles).
 * Plain data throughout, so it crosses the IPC channel unchanged.
 */
import type { PromptFormat, PromptOrder } from '../protocol/promptFormat.ts';

/** Tokens with a role in prompts. Which of them a model has is in {@link ModelInfo}. */
export type SpecialToken = 'fimPrefix' | 'fimSuffix' | 'fimMiddle' | 'repoName' | 'fileSep' | 'bos' | 'eot';

/** A piece of a prompt: a special token, or text tokenized on its own (never parsed for special tokens). */
export type PromptPart = { readonly special: SpecialToken } | { readonly text: string };

export type DeviceChoice = 'auto' | 'cpu' | 'cuda' | 'vulkan' | 'metal';

/** A choice, or one device by its ggml name: `Vulkan1`. */
export type DeviceName = DeviceChoice | (string & {});

/** A device other than the CPU, as its driver describes it. */
export interface ComputeDevice {
  /** The {@link ModelInfo.device} of a model on it. */
  readonly name: string;
  /** e.g. `NVIDIA GeForce RTX 4060` */
  readonly description: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Speed at which weights are read for one token; 0 if it could not be timed. */
  readonly bytesPerSecond: number;
}

/** How fast a short training step, or a short completion, is on one device or on the CPU. */
export interface DeviceSpeed {
  /** ggml name: `Vulkan0`, `CPU`; empty for a plug-in that cannot serve. */
  readonly device: string;
  /** e.g. `NVIDIA GeForce RTX 4060`, `CPU`, or the file of a plug-in that cannot serve. */
  readonly name: string;
  /** 0 if unknown, for `reason`. */
  readonly tokensPerSecond: number;
  readonly reason: string;
  /** How the device's memory would be used, in words; empty without a plan. */
  readonly plan: string;
  /** Whether it computes something else than the CPU, as `reason` says. */
  readonly faulty: boolean;
}

export interface ModelInfo {
  readonly path: string;
  readonly architecture: string;
  readonly name: string;
  /** Bytes of the tensor data. */
  readonly sizeBytes: number;
  readonly parameters: number;
  /** Context length that the model was trained with, in tokens. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** e.g. `F16`, `Q4_0`: the type of most weights. */
  readonly weightType: string;
  readonly special: Readonly<Partial<Record<SpecialToken, number>>>;
  /** `repotune.prompt_order` of the GGUF, if its maker wrote one. */
  readonly promptOrder: PromptOrder | null;
  /** `repotune.prompt_format` of the GGUF, unread: what the adapter that was merged into it has learned. Absent in other models. */
  readonly promptMark?: string;
  /** What computes: `CPU`, or a device's name, e.g. `Vulkan0`. Absent when reported by the trainer. */
  readonly device?: string;
}

/** Identifies one state of the serving weights. KV and result caches are keyed by `id`. */
export interface AdapterRef {
  /** Version id; `null` is the base alone. */
  readonly id: string;
  readonly path: string;
  readonly scale: number;
  /** The layout of prompts that these weights were trained with; absent: the base's (`formatOf`). */
  readonly prompt?: PromptFormat;
}

export interface CompleteRequest {
  readonly prompt: readonly PromptPart[];
  /** Shorter prompts of the same place, longest first, to use if `prompt` would take too long. */
  readonly shorter?: readonly (readonly PromptPart[])[];
  /**
   * Most tokens to evaluate; those in the KV cache are free. The longest prompt that keeps to it is used, or one that is in the cache
   * already, but for its last few tokens; the last of `shorter` whatever it costs.
   */
  readonly freshTokens?: number;
  /** Text the generated text must begin with (token healing); '' for none. It is not part of the result's text. */
  readonly heal: string;
  /** 0: the prompt is only read into the KV cache, after all other requests. */
  readonly maxTokens: number;
  /** Generation ends before any of these texts. */
  readonly stop: readonly string[];
  /** Milliseconds after which the text so far is returned. */
  readonly deadlineMs?: number;
  /** Which of the distinct candidates to produce, best first; 0 is greedy. */
  readonly candidate?: number;
  /** null: the base alone. */
  readonly adapter: AdapterRef | null;
  /**
   * Speculate from repetitions and verify in one batch where that pays (the default): the same text, sooner. `always`: even where it does
   * not pay, for comparison.
   */
  readonly speculate?: boolean | 'always';
  /** Text beside the prompt that is also searched for repetitions. It should stay the same during typing. */
  readonly beside?: string;
  /** Text that the answer probably repeats in large part: drafted from first. The answer is the same without it. */
  readonly drafts?: string;
  /** Generation ends at the first less likely token, for callers that would discard such an answer. */
  readonly leastProbability?: number;
  /**
   * Completions go first: one that arrives meanwhile interrupts this request, which starts over after it; and nothing of theirs is evicted
   * from the KV cache. Prompt and answer have 1,024 tokens at most.
   */
  readonly yields?: boolean;
}

export type StopReason = 'end-of-text' | 'stop-text' | 'max-tokens' | 'deadline' | 'cancelled' | 'unsure';

export interface CompleteResult {
  readonly text: string;
  readonly stopReason: StopReason;
  readonly generatedTokens: number;
  /** Natural log of the probability of each generated token after healing. */
  readonly logProbabilities: readonly number[];
  /** Of the same tokens: bytes of `text` in UTF-8 by the end of each. */
  readonly ends: readonly number[];
  /** Which prompt was used: 0 the longest, then those of `shorter`. */
  readonly prompt: number;
  readonly promptTokens: number;
  /** Prompt tokens that had to be evaluated (the others were in the KV cache). */
  readonly evaluatedTokens: number;
  /** Forward passes after the prompt: fewer than tokens if speculation succeeded. */
  readonly passes: number;
  readonly promptMs: number;
  readonly generateMs: number;
  /** CPU time of the engine's process during the call, over all threads. */
  readonly cpuMs: number;
}

/** One sequence to score: the loss of `tokens[i]` given those before, for every i >= `lossFrom` and < `lossTo`. */
export interface ScoreSample {
  readonly tokens: readonly number[];
  readonly lossFrom: number;
  readonly lossTo: number;
}

export interface Score {
  /** Sum of negative natural log probabilities. */
  readonly nll: number;
  readonly tokens: number;
  /** How many of them were the model's first choice. */
  readonly top1: number;
}

/** Base and adapter written as one model. */
export interface MergeRequest {
  readonly basePath: string;
  readonly adapterPath: string;
  readonly scale: number;
  readonly targetPath: string;
  /** `repotune.prompt_format` of the merged model; '': it keeps its base's. */
  readonly promptMark: string;
}

/** The engine process in role *complete*. Calls queue; a cancelled call returns `stopReason: 'cancelled'`. */
export interface CompletionEngine {
  /** As it is loaded now, e.g. on the CPU since a device failed; null while nothing is. Absent: as `load` answered. */
  readonly model?: ModelInfo | null;
  load(options: {
    modelPath: string;
    contextTokens: number;
    threads?: number;
    device?: DeviceName;
    /** Merge an adapter into a copy of the base if the weight type preserves it (the default): it then costs nothing. */
    mergeAdapters?: boolean;
  }): Promise<ModelInfo>;
  /** One result per text: special tokens are never parsed out of it. */
  tokenize(texts: readonly string[]): Promise<number[][]>;
  complete(request: CompleteRequest, signal?: AbortSignal, onText?: (text: string) => void): Promise<CompleteResult>;
  score(samples: readonly ScoreSample[], adapter: AdapterRef | null, signal?: AbortSignal): Promise<Score[]>;
  /** Ends the process to free its memory: calls are refused until the returned function has loaded the model again. */
  rest?(): Promise<() => Promise<void>>;
  dispose(): Promise<void>;
}

export type BaseType = 'as-is' | 'f16' | 'q8_0' | 'q4_0' | 'iq4_nl' | 'q4_k';

export interface TrainerConfig {
  readonly modelPath: string;
  /** Quantizes the linears of a 16-bit base first; `f16` is LoRA, a 4-bit type QLoRA. */
  readonly baseType: BaseType;
  readonly rank: number;
  readonly alpha: number;
  /** Blocks, the last ones, that get an adapter; 0: all. The outputs of the blocks below are computed once per text and kept. */
  readonly adaptedBlocks: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Largest global gradient norm. */
  readonly clipNorm: number;
  readonly seed: number;
  readonly threads: number;
  readonly device: DeviceName;
  /** Most tokens in one sequence row (a packed row counts as one). */
  readonly maxTokens: number;
  readonly memoryBudgetBytes: number;
}

/** One row for the trainer: one or several sequences packed end to end, attending only within themselves. */
export interface TrainRow {
  /** [tokens] */
  readonly tokens: Int32Array;
  /** Start index of each packed sequence, ascending, first 0. */
  readonly starts: Int32Array;
  /** [tokens] weight of the loss of predicting tokens[i]; 0 = none. Always 0 at sequence starts; below 0 only where a step allows it. */
  readonly lossWeights: Float32Array;
}

export interface StepResult {
  /** Weighted mean loss in nats over the step's tokens; with `lossOver` the weighted sum divided by that. */
  readonly loss: number;
  readonly gradientNorm: number;
  readonly lossTokens: number;
}

/** Relative error of the quantized weights, each input's weighed by its mean square activation. */
export interface Calibration {
  /** 0: the base is not quantized on loading, so there was nothing to do. */
  readonly tokens: number;
  readonly errorBefore: number;
  readonly errorAfter: number;
}

/** How a step is carried out within the memory budget, and the bytes it is predicted to take. */
export interface TrainingPlan {
  /** Blocks of the base; `adaptedBlocks`: how many of them, the last ones, get an adapter. */
  readonly blocks: number;
  readonly adaptedBlocks: number;
  readonly microBatchTokens: number;
  /** Blocks whose activations are kept for the backward; the others' are computed again. */
  readonly keptBlocks: number;
  /** Further blocks, of which only the attention is kept. */
  readonly keptAttentions: number;
  /** Bytes of the base's weights in memory at a time. */
  readonly weightBytes: number;
  readonly adapterBytes: number;
  readonly workingBytes: number;
  /** Most bytes for the kept outputs of blocks without an adapter. */
  readonly frozenBytes: number;
  /** Bytes of the base's weights that stay in the file and are read block by block in every pass; 0: all are in memory. */
  readonly streamedBytes: number;
  readonly totalBytes: number;
  /** The variant of the CPU kernels. */
  readonly kernels: string;
  /** What computes the steps: `CPU`, or the device's name. */
  readonly device: string;
}

/** The native trainer as the tuning loop sees it (in the engine process in role *tune*). */
export interface Trainer {
  readonly model: ModelInfo;
  readonly trainableParameters: number;
  readonly plan: TrainingPlan;
  tokenize(texts: readonly string[]): number[][];
  /**
   * Forward, backward and one AdamW update over all rows (gradient accumulation). Rejects with `Diverged` on a non-finite loss. `lossOver`:
   * divisor of the weighted sum of losses, by default the sum of the weights; with it weights may be negative, which makes a text less
   * likely.
   */
  step(rows: readonly TrainRow[], learningRate: number, lossOver?: number): Promise<StepResult>;
  /** Requantizes a 16-bit base by what matters on these rows, before any step. The same rows give the same weights. */
  calibrate(rows: readonly TrainRow[]): Promise<Calibration>;
  /** `scale`: how much of the adapter applies, 0 to 1; default 1. */
  evaluate(rows: readonly TrainRow[], scale?: number): Promise<{ nll: number; lossTokens: number }>;
  /** Writes the adapter as a llama.cpp LoRA GGUF (temporary name, fsync, rename), its alpha times `scale`. */
  exportAdapter(path: string, scale?: number): Promise<void>;
  /** Starts from an adapter of this base with the configured rank instead of a fresh one; rejects any other adapter. */
  importAdapter(path: string): Promise<void>;
  /** Weights, moments, step count and how a step is split; byte-exact resume on the CPU. */
  saveState(path: string): Promise<void>;
  /** Afterwards `plan` is the saved one: steps split as before, if there is memory for that. */
  loadState(path: string): Promise<void>;
  /** Makes the running call reject within 100 ms. */
  cancel(): void;
  dispose(): void;
}

/** An engine with its loaded base model. */
export interface LoadedEngine {
  readonly engine: CompletionEngine;
  readonly model: ModelInfo;
}
