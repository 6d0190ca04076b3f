/** One held-out set under base, tuned and active adapter: the same tokens and places for each. */
import type { AdapterRef, ScoreSample } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { ownFindings } from '../secrets/own.ts';
import { randomFrom } from '../tuning/shuffle.ts';
import { bootstrapRatio, type Interval } from './bootstrap.ts';
import { type HeldOutLoss, heldOutLoss } from './heldOutLoss.ts';
import { completePlace, figuresOf, type Place, type Serving } from './places.ts';
import type { Comparison, Contender, Example, Group, HeldOutSet } from './report.ts';

export interface Examined {
  readonly adapter: AdapterRef | null;
  readonly loss: HeldOutLoss;
  readonly scoringSeconds: number;
  readonly places: readonly Place[];
}

export interface Limits {
  /** Samples scored when time allows, and those scored in any case. */
  readonly leastSamples: number;
  readonly secondsPerModel: number;
  readonly places: number;
}

export interface SetInput {
  readonly serving: Serving;
  readonly repoName: string;
  /** In a random order that is always the same: the first of them are as good a sample as any. */
  readonly pairs: readonly Pair[];
  /** [pairs] */
  readonly samples: readonly ScoreSample[];
  readonly limits: Limits;
  readonly nowMs: () => number;
}

export class HeldOutExamination {
  readonly #input: SetInput;
  #samples: readonly ScoreSample[];
  #places: readonly Pair[];

  constructor(input: SetInput) {
    this.#input = input;
    this.#samples = input.samples;
    this.#places = input.pairs.filter(({ middle }) => middle.trim().length >= 3).slice(0, input.limits.places);
  }

  get pairs(): readonly Pair[] {
    return this.#input.pairs.slice(0, this.#samples.length);
  }

  /**
   * The first one examined also sets how much is measured: on a slow machine fewer samples and places, the same for all.
   * `onMessage` hears how far it is.
   */
  async examine(
    name: string,
    adapter: AdapterRef | null,
    first: boolean,
    onMessage: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<Examined> {
    const { serving, repoName, limits, nowMs } = this.#input;
    const startedMs = nowMs();
    const seconds = (): number => (nowMs() - startedMs) / 1000;
    const loss = await heldOutLoss(serving.engine, this.#samples, adapter, {
      onProgress: (done, total) => onMessage(`Scoring ${name}: ${done} of ${total} held-out pairs`),
      ...(signal ? { signal } : {}),
      enough: (done) => first && done >= limits.leastSamples && seconds() > limits.secondsPerModel / 2,
    });
    const scoringSeconds = Math.max(1e-3, seconds());
    if (first) this.#samples = this.#samples.slice(0, loss.nlls.length);
    const places: Place[] = [];
    for (const pair of this.#places) {
      signal?.throwIfAborted();
      if (first && places.length > 0 && seconds() > limits.secondsPerModel) break;
      places.push(await completePlace(pair, serving, repoName, adapter, signal));
      onMessage(`Completing with ${name}: ${places.length} of ${this.#places.length} held-out places`);
    }
    if (first) this.#places = this.#places.slice(0, places.length);
    return { adapter, loss, scoringSeconds, places };
  }

  summarize(base: Examined, tuned: Examined, active: Examined | null): HeldOutSet {
    const groups = (key: (pair: Pair) => string): Group[] => groupsOf(this.pairs, key, base.loss, tuned.loss);
    return {
      pairs: base.loss.nlls.length,
      tokens: base.loss.tokens,
      base: contenderOf(base),
      tuned: contenderOf(tuned),
      active: active && contenderOf(active),
      overBase: compare(tuned, base),
      overActive: active && compare(tuned, active),
      byLanguage: groups(({ language }) => language),
      byKind: groups(({ kind }) => kind),
    };
  }

  /** Side by side, those first where the two differ. */
  examples(base: Examined, tuned: Examined, most: number): Example[] {
    const all = this.#places
      .map((pair, i) => exampleOf(pair, base.places[i]!.text, tuned.places[i]!.text))
      .filter(isFitToKeep);
    return all.toSorted((a, b) => Number(a.base === a.tuned) - Number(b.base === b.tuned)).slice(0, most);
  }
}

/** Paired: the same samples and places resampled for both. */
export function compare(a: Examined, b: Examined): Comparison {
  const loss = lossDifference(a.loss, b.loss, [...a.loss.nlls.keys()]);
  if (a.places.length === 0) return { loss, exact: null, completions: null };
  let stream = 1;
  const difference = (value: (place: Place) => number | null): Comparison['loss'] | null => {
    const differences = a.places.flatMap((place, i) => {
      const [mine, others] = [value(place), value(b.places[i]!)];
      return mine === null || others === null ? [] : [mine - others];
    });
    stream += 1;
    return differences.length === 0
      ? null
      : finiteBounds(
          bootstrapRatio(
            differences,
            differences.map(() => 1),
            randomFrom(stream, 0xb007),
          ),
        );
  };
  // Nothing offered counts as wrong, as in the figures themselves.
  const exact = difference(({ verdict }) => Number(verdict?.exact ?? false));
  const firstLine = difference(({ verdict }) => Number(verdict?.firstLine ?? false));
  const editSimilarity = difference(({ verdict }) => verdict?.similarity ?? 0);
  const syntaxValid = difference(({ verdict }) => (verdict?.syntaxValid == null ? null : Number(verdict.syntaxValid)));
  const latencyMs = difference((place) => place.latencyMs);
  return {
    loss,
    exact,
    completions: { firstLine: firstLine!, editSimilarity: editSimilarity!, syntaxValid, latencyMs: latencyMs! },
  };
}

/** Nats a token, over the pairs `of`. */
function lossDifference(a: HeldOutLoss, b: HeldOutLoss, of: readonly number[]): Comparison['loss'] {
  return finiteBounds(
    bootstrapRatio(
      of.map((i) => a.nlls[i]! - b.nlls[i]!),
      of.map((i) => a.counts[i]!),
      randomFrom(1, 0xb007),
    ),
  );
}

/** JSON knows no infinity: null stands for a bound that is not known. */
function finiteBounds({ mean, low, high }: Interval): Comparison['loss'] {
  return { mean, low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null };
}

function contenderOf({ loss, places }: Examined): Contender {
  return { loss: loss.loss, top1: loss.top1, completions: places.length === 0 ? null : figuresOf(places) };
}

function groupsOf(pairs: readonly Pair[], key: (pair: Pair) => string, base: HeldOutLoss, tuned: HeldOutLoss): Group[] {
  const groups = Map.groupBy(pairs.keys(), (i) => key(pairs[i]!));
  const total = (values: readonly number[], of: readonly number[]): number =>
    of.reduce((sum, i) => sum + values[i]!, 0);
  return [...groups]
    .map(([name, of]) => {
      const tokens = total(base.counts, of);
      return {
        name,
        pairs: of.length,
        tokens,
        base: total(base.nlls, of) / tokens,
        tuned: total(tuned.nlls, of) / tokens,
        difference: lossDifference(tuned, base, of),
      };
    })
    .sort((a, b) => b.tokens - a.tokens);
}

const LINES_BEFORE = 4;

/** Reports are kept and shown: none has a secret, from a file or from what a model wrote. */
export function isFitToKeep({ before, expected, base, tuned }: Example): boolean {
  return [expected, base, tuned].every((text) => ownFindings(before + text).length === 0);
}

function exampleOf({ path, kind, prefix, middle }: Pair, base: string, tuned: string): Example {
  const lines = prefix.split('\n');
  return {
    path,
    line: lines.length,
    kind,
    before: lines.slice(-LINES_BEFORE).join('\n'),
    expected: middle,
    base,
    tuned,
  };
}
