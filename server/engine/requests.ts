/** Requests as they are sent, and results of those that never are. */
import type { CompleteRequest, CompleteResult, PromptPart, ScoreSample } from './types.ts';

export function nothing(stopReason: 'cancelled' | 'deadline'): CompleteResult {
  return {
    text: '',
    stopReason,
    generatedTokens: 0,
    logProbabilities: [],
    ends: [],
    prompt: 0,
    promptTokens: 0,
    evaluatedTokens: 0,
    passes: 0,
    promptMs: 0,
    generateMs: 0,
    cpuMs: 0,
  };
}

/** Mutable copies for the message schema. `aside`: evict nothing from the KV cache of other requests. */
export function plain(request: CompleteRequest): Omit<CompleteRequest, 'shorter' | 'yields'> & {
  prompt: PromptPart[];
  shorter?: PromptPart[][];
  stop: string[];
  aside?: boolean;
} {
  const { shorter, yields = false, ...rest } = request;
  return {
    ...rest,
    ...(yields ? { aside: true } : {}),
    prompt: [...request.prompt],
    stop: [...request.stop],
    ...(shorter === undefined ? {} : { shorter: shorter.map((prompt) => [...prompt]) }),
  };
}

export function packed({ tokens, lossFrom, lossTo }: ScoreSample): {
  tokens: Int32Array<ArrayBuffer>;
  lossFrom: number;
  lossTo: number;
} {
  return { tokens: Int32Array.from(tokens), lossFrom, lossTo };
}

export function* batches(samples: readonly ScoreSample[], mostTokens: number): Generator<ScoreSample[]> {
  let batch: ScoreSample[] = [];
  let tokens = 0;
  for (const sample of samples) {
    if (batch.length > 0 && tokens + sample.tokens.length > mostTokens) {
      yield batch;
      batch = [];
      tokens = 0;
    }
    batch.push(sample);
    tokens += sample.tokens.length;
  }
  if (batch.length > 0) yield batch;
}
