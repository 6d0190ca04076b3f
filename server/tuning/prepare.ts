/** Turns mined pairs into token sequences: selected here, laid out by the one prompt builder, tokenized by the serving engine. */

import { hashFraction, Random } from '../common/random.ts';
import { outliving } from '../engine/outliving.ts';
import type { Sequence } from '../engine/training/sequences.ts';
import type { CompletionEngine, ModelInfo, ScoreSample } from '../engine/types.ts';
import type { Dataset, Pair } from '../mining/types.ts';
import { WINDOW_TOKENS, type Windows } from '../prompt/heldOutWindows.ts';
import { budgetFor, buildTrainingSequences, formatOf, type TrainingSequence } from '../prompt/index.ts';
import { textEnd } from '../prompt/textEnd.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';

export interface HeldOut {
  readonly pairs: readonly Pair[];
  /** [pairs] Without the end-of-text token, see {@link textEnd}. */
  readonly sequences: readonly Sequence[];
  /** [pairs] The sequences in the form the serving engine scores. */
  readonly samples: readonly ScoreSample[];
  readonly windows: Windows;
}

/** For runs that are not measured. */
export const NOTHING_HELD_OUT: HeldOut = { pairs: [], sequences: [], samples: [], windows: 'long' };

export interface Train {
  readonly pairs: readonly Pair[];
  /** [pairs] */
  readonly sequences: readonly Sequence[];
  /** [pairs] Text of the sequences, without their special tokens. */
  readonly texts: readonly string[];
  readonly tokens: number;
  /** Tokens of all the text to learn, of which `pairs` may be a part; estimated from their mean length. */
  readonly datasetTokens: number;
}

/** What a run trains on and steers by. */
export interface Prepared {
  readonly format: PromptFormat;
  readonly train: Train;
  readonly heldOut: HeldOut;
  readonly steering: readonly Sequence[];
  /** Next edits learned alongside the pairs. */
  readonly edits?: readonly Sequence[];
}

/** Training windows are half as long as those served, for twice the pairs in the same time. */
const TRAIN_TOKENS = WINDOW_TOKENS.short;
const STEERING_PAIRS = 80;
/** Batch size where it is not known how many are needed. */
const PAIRS_AT_ONCE = 64;

export class Preparation {
  readonly format: PromptFormat;
  readonly #dataset: Pick<Dataset, 'repository' | 'pairs'>;
  readonly #engine: CompletionEngine;
  readonly #model: ModelInfo;

  constructor(
    dataset: Pick<Dataset, 'repository' | 'pairs'>,
    { engine, model }: { readonly engine: CompletionEngine; readonly model: ModelInfo },
    /** Of a version that is continued or measured; otherwise the base's. */
    format: PromptFormat = formatOf(model),
  ) {
    this.format = format;
    this.#dataset = dataset;
    this.#engine = engine;
    this.#model = model;
  }

  /** See {@link drawHeldOut}. */
  async heldOut(most: number, signal?: AbortSignal, windows: Windows = 'long'): Promise<HeldOut> {
    return await this.heldOutOf(drawHeldOut(this.#dataset.pairs, most), signal, windows);
  }

  /** As `heldOut`, for pairs drawn already. */
  async heldOutOf(pairs: readonly Pair[], signal?: AbortSignal, windows: Windows = 'long'): Promise<HeldOut> {
    const built = await this.#measured(pairs, WINDOW_TOKENS[windows], signal);
    return {
      pairs,
      windows,
      sequences: built.map((one) => sequenceOf(one, 'held-out')),
      samples: built.map(({ tokens, lossFrom }) => ({ tokens, lossFrom, lossTo: tokens.length })),
    };
  }

  /**
   * What a run steers by (best weights, early stopping): short windows of held-out pairs beyond the first `measured`, so that the choice of
   * weights is independent of the pairs they are measured on; without others, some of those. `withEnds`: where ends are to be learned.
   */
  async steering(measured: number, signal?: AbortSignal, withEnds = false): Promise<readonly Sequence[]> {
    const held = drawHeldOut(this.#dataset.pairs, this.#dataset.pairs.length);
    const others = held.slice(measured, measured + STEERING_PAIRS);
    const pairs = others.length >= STEERING_PAIRS / 2 ? others : held.slice(0, STEERING_PAIRS);
    const built = await (withEnds
      ? this.#build(pairs, TRAIN_TOKENS, signal)
      : this.#measured(pairs, TRAIN_TOKENS, signal));
    return built.map((one) => sequenceOf(one, 'held-out'));
  }

  /** `only`: paths to learn from; null for all. */
  async train(
    most: number,
    seed: number,
    only: ReadonlySet<string> | null = null,
    signal?: AbortSignal,
  ): Promise<Train> {
    const eligible = this.#dataset.pairs.filter(
      ({ path, split }) => split === 'train' && (only === null || only.has(path)),
    );
    const pairs = new Random(seed, 0x5eed).shuffle(eligible).slice(0, most);
    const built = await this.#build(pairs, TRAIN_TOKENS, signal);
    const total = built.reduce((sum, { tokens }) => sum + tokens.length, 0);
    return {
      pairs,
      sequences: built.map((one) => sequenceOf(one, 'train')),
      texts: built.map(({ text }) => text),
      tokens: total,
      datasetTokens: Math.round((total / Math.max(1, pairs.length)) * eligible.length),
    };
  }

  /** The first of these pairs that total `tokens` tokens, or all. A repeated pair is learned again. */
  async trainOn(pairs: readonly Pair[], tokens: number, signal?: AbortSignal): Promise<Train> {
    const learned: { readonly pair: Pair; readonly built: TrainingSequence }[] = [];
    let total = 0;
    for (let from = 0; from < pairs.length && total < tokens; from += PAIRS_AT_ONCE) {
      const some = pairs.slice(from, from + PAIRS_AT_ONCE);
      for (const [i, built] of (await this.#build(some, TRAIN_TOKENS, signal)).entries()) {
        if (total >= tokens) break;
        total += built.tokens.length;
        learned.push({ pair: some[i]!, built });
      }
    }
    return {
      pairs: learned.map(({ pair }) => pair),
      sequences: learned.map(({ built }) => sequenceOf(built, 'train')),
      texts: learned.map(({ built }) => built.text),
      tokens: total,
      datasetTokens: Math.round((total / Math.max(1, learned.length)) * pairs.length),
    };
  }

  /** Examples whose loss says how well their text is known: they are not learned. */
  async #measured(pairs: readonly Pair[], windowTokens: number, signal?: AbortSignal): Promise<TrainingSequence[]> {
    const built = await this.#build(pairs, windowTokens, signal);
    return built.map((one) => ({ ...one, tokens: one.tokens.slice(0, textEnd(one, this.#model.special.eot)) }));
  }

  #build(pairs: readonly Pair[], windowTokens: number, signal?: AbortSignal): Promise<TrainingSequence[]> {
    const repoName = this.format.repoTokens ? this.#dataset.repository : '';
    const [engine, model] = [this.#engine, this.#model];
    return buildTrainingSequences(
      pairs.map(({ context, prefix, middle, suffix }) => ({ repoName, context, prefix, middle, suffix })),
      this.format,
      budgetFor(Math.min(windowTokens, model.contextLength)),
      {
        tokenize: (texts) => outliving({ model }, () => engine.tokenize(texts), signal),
        special: model.special,
      },
      signal,
    );
  }
}

/**
 * The first of the held-out pairs in a random order that is the same for every version: they are compared on a prefix of it. A pair's place
 * in it depends on the pair alone, so that after a commit the other files' pairs stay where they were, and their losses are cached.
 */
export function drawHeldOut(pairs: readonly Pair[], most: number): Pair[] {
  return pairs
    .filter(({ split }) => split === 'held-out')
    .map((pair) => ({ pair, at: hashFraction('held out', pair.path, pair.kind, pair.prefix.slice(-256), pair.middle) }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, most)
    .map(({ pair }) => pair);
}

function sequenceOf({ tokens, lossFrom }: TrainingSequence, split: Pair['split']): Sequence {
  return { split, tokens: Int32Array.from(tokens), lossFrom };
}
