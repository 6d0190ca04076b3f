/** Held-out loss by the serving engine: the same process, library and files that will serve, apart from the trainer. */
import type { AdapterRef, CompletionEngine, ScoreSample } from '../engine/types.ts';

export interface HeldOutLoss {
  /** Nats a token over all samples. */
  readonly loss: number;
  readonly tokens: number;
  /** Share of tokens the model would have chosen itself. */
  readonly top1: number;
  /** [samples] sums of negative log probabilities. */
  readonly nlls: readonly number[];
  /** [samples] tokens with loss. */
  readonly counts: readonly number[];
}

export interface ScoringOptions {
  onProgress?(done: number, total: number): void;
  readonly signal?: AbortSignal;
  /** Asked after every few samples whether to score on; the figures are of those scored by then. */
  enough?(done: number): boolean;
}

/** Few enough that a stop, or a completion that waits, is not kept long. */
const SAMPLES_PER_CALL = 8;

export async function heldOutLoss(
  engine: CompletionEngine,
  samples: readonly ScoreSample[],
  adapter: AdapterRef | null,
  { onProgress, signal, enough }: ScoringOptions = {},
): Promise<HeldOutLoss> {
  const nlls: number[] = [];
  const counts: number[] = [];
  let chosen = 0;
  for (let from = 0; from < samples.length; from += SAMPLES_PER_CALL) {
    signal?.throwIfAborted();
    for (const score of await engine.score(samples.slice(from, from + SAMPLES_PER_CALL), adapter, signal)) {
      nlls.push(score.nll);
      counts.push(score.tokens);
      chosen += score.top1;
    }
    onProgress?.(nlls.length, samples.length);
    if (enough?.(nlls.length)) break;
  }
  const tokens = sum(counts);
  return { loss: sum(nlls) / tokens, tokens, top1: chosen / tokens, nlls, counts };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
