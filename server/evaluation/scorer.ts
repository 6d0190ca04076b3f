/** Losses from the serving engine, the very process, library and files that will serve; each sample once for the same weights. */
import { cpus } from 'node:os';
import { LIBRARIES_RELEASE } from '../common/backendCatalogue.ts';
import { outliving } from '../engine/outliving.ts';
import type { AdapterRef, LoadedEngine, ModelInfo, Score, ScoreSample } from '../engine/types.ts';
import { sha256File, sha256OfModel } from '../storage/hash.ts';
import { type LossStore, lossKey } from './lossStore.ts';

/** Few enough that a stop loses little scoring. */
const SAMPLES_PER_CALL = 8;

export class Scorer {
  readonly #serving: LoadedEngine;
  readonly #kept: LossStore;
  readonly #nameOf: typeof weightsName;
  readonly #nowMs: () => number;
  readonly #names = new Map<string, Promise<string>>();
  #evaluatedTokens = 0;
  #evaluatedMs = 0;

  /** `nameOf`: for tests without files. `nowMs`: the clock for the scoring speed. */
  constructor(serving: LoadedEngine, kept: LossStore, nameOf = weightsName, nowMs = () => performance.now()) {
    this.#serving = serving;
    this.#kept = kept;
    this.#nameOf = nameOf;
    this.#nowMs = nowMs;
  }

  /** Speed of scoring what was not cached; null if everything was. */
  get tokensPerSecond(): number | null {
    return this.#evaluatedMs === 0 ? null : this.#evaluatedTokens / (this.#evaluatedMs / 1000);
  }

  /** [samples] @throws the signal's reason. */
  async score(
    adapter: AdapterRef | null,
    samples: readonly ScoreSample[],
    signal?: AbortSignal,
    /** Rescores what is cached: for timing. */
    afresh = false,
  ): Promise<Score[]> {
    const weights = await this.#weights(adapter);
    const keys = samples.map((sample) => lossKey(weights, sample));
    const scores = keys.map((key) => (afresh ? null : this.#kept.get(key)));
    const missing = inSharingOrder(
      [...samples.keys()].filter((i) => scores[i] === null),
      samples,
    );
    for (let from = 0; from < missing.length; from += SAMPLES_PER_CALL) {
      signal?.throwIfAborted();
      const call = missing.slice(from, from + SAMPLES_PER_CALL);
      const startedMs = this.#nowMs();
      const asked = call.map((i) => samples[i]!);
      const { engine } = this.#serving;
      const scored = await outliving(this.#serving, () => engine.score(asked, adapter, signal), signal);
      this.#evaluatedMs += this.#nowMs() - startedMs;
      for (const [at, i] of call.entries()) {
        this.#evaluatedTokens += samples[i]!.tokens.length;
        scores[i] = scored[at]!;
        this.#kept.set(keys[i]!, scored[at]!);
      }
    }
    return scores.map((score) => score!);
  }

  /** Those of the samples whose scores under these weights are not cached. */
  async missing(adapter: AdapterRef | null, samples: readonly ScoreSample[]): Promise<ScoreSample[]> {
    const weights = await this.#weights(adapter);
    return samples.filter((sample) => this.#kept.get(lossKey(weights, sample)) === null);
  }

  #weights(adapter: AdapterRef | null): Promise<string> {
    const key = adapter === null ? '' : JSON.stringify([adapter.id, adapter.path, adapter.scale]);
    const name = this.#names.get(key) ?? this.#nameOf(this.#serving.model, adapter);
    this.#names.set(key, name);
    return name;
  }
}

/** What losses depend on besides the tokens: base, adapter, and the processor or device, because of its rounding. */
export async function weightsName(model: ModelInfo, adapter: AdapterRef | null): Promise<string> {
  const tuned = adapter && [await sha256File(adapter.path), adapter.scale];
  const computes = [model.device ?? 'CPU', cpus()[0]?.model ?? '', process.arch, LIBRARIES_RELEASE];
  return JSON.stringify([await sha256OfModel(model.path), tuned, ...computes]);
}

/** Puts prompts with a common beginning next to each other, so that the engine finds it in its KV cache. */
function inSharingOrder(of: readonly number[], samples: readonly ScoreSample[]): number[] {
  return of.toSorted((a, b) => {
    const [left, right] = [samples[a]!.tokens, samples[b]!.tokens];
    for (let i = 0; i < left.length && i < right.length; i++) {
      const difference = left[i]! - right[i]!;
      if (difference !== 0) return difference;
    }
    return left.length - right.length;
  });
}
