/** Defaults of a tune, derived from the base's size and the machine. */
import { availableParallelism } from 'node:os';
import type { ModelInfo, TrainerConfig } from '../engine/types.ts';
import { availableMemory } from '../system/availableMemory.ts';
import { computingCores } from '../system/computingCores.ts';
import type { TuneOptions } from './types.ts';

export const RANK = 16;
/** alpha over rank: 2 measured better than 1 on the bundled base (bench/results/hyperparameters.md). */
const ALPHA_OVER_RANK = 2;
/** Rows longer than this cost attention time without a better adapter for completions of a few lines. */
const MOST_ROW_TOKENS = 1024;
/** Share of the free memory that a tune may use. */
export const MEMORY_SHARE = 0.6;
/** Share of the free memory: the serving engine does not keep a base that takes more than this while it is trained. */
const MOST_HELD_SHARE = 0.25;

/** `restingBytes`: what the serving engine releases during training. */
export function trainerConfig(
  options: TuneOptions,
  model: Pick<ModelInfo, 'contextLength'>,
  restingBytes = 0,
): TrainerConfig {
  const rank = options.rank ?? RANK;
  return {
    modelPath: options.modelPath,
    baseType: options.baseType,
    rank,
    alpha: options.alpha ?? ALPHA_OVER_RANK * rank,
    adaptedBlocks: options.adaptedBlocks ?? 0,
    weightDecay: 0.01,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    clipNorm: 1,
    seed: options.seed ?? 1,
    threads: options.threads ?? defaultThreads(),
    device: options.device ?? 'auto',
    maxTokens: Math.min(MOST_ROW_TOKENS, model.contextLength),
    // 0 would be no limit.
    memoryBudgetBytes: Math.max(1, Math.floor((availableMemory() + restingBytes) * MEMORY_SHARE)),
  };
}

/** Bytes the serving engine, with the base loaded, should release during training; 0: it may keep them. */
export function restingBytes(
  { sizeBytes, device }: Pick<ModelInfo, 'sizeBytes' | 'device'>,
  freeBytes = availableMemory(),
): number {
  const onCpu = device === undefined || device === 'CPU';
  return onCpu && sizeBytes > MOST_HELD_SHARE * freeBytes ? sizeBytes : 0;
}

/** Hyper-threads do not help dense arithmetic: beyond four processors, cores count. `REPOTUNE_THREADS` overrides this. */
function defaultThreads(): number {
  const said = Number(process.env['REPOTUNE_THREADS']);
  if (Number.isSafeInteger(said) && said > 0) return said;
  return threadsFor(availableParallelism(), computingCores());
}

export function threadsFor(processors: number, cores: number): number {
  return processors <= 4 ? processors : Math.min(16, cores);
}
