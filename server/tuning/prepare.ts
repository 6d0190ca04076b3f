/** Mined pairs become token sequences: which pairs, laid out by the one prompt builder, tokenized by the serving engine. */
import type { CompletionEngine, ModelInfo, ScoreSample } from '../engine/types.ts';
import type { Dataset, Pair } from '../mining/types.ts';
import {
  budgetFor,
  buildTrainingSequences,
  formatOf,
  type PromptFormat,
  type TrainingSequence,
} from '../prompt/index.ts';
import type { Sequence } from './sequences.ts';
import { randomFrom, shuffled } from './shuffle.ts';

export interface Prepared {
  readonly format: PromptFormat;
  readonly train: readonly Pair[];
  readonly heldOut: readonly Pair[];
  /** Training sequences, then held-out ones, in the order of the pairs. */
  readonly sequences: readonly Sequence[];
  /** The held-out sequences as the serving engine scores them. */
  readonly samples: readonly ScoreSample[];
  readonly trainTokens: number;
}

export interface PrepareOptions {
  readonly seed: number;
  readonly maxTrainPairs: number;
  readonly maxHeldOutPairs: number;
  /** Tokens of one sequence, prompt and middle: short ones to learn from, for time; served windows to be measured on. */
  readonly trainTokens: number;
  readonly heldOutTokens: number;
}

export async function prepare(
  dataset: Dataset,
  engine: CompletionEngine,
  model: ModelInfo,
  options: PrepareOptions,
  signal?: AbortSignal,
): Promise<Prepared> {
  const format = formatOf(model);
  const train = draw(dataset.pairs, 'train', options.maxTrainPairs, options.seed);
  // Held-out pairs are drawn the same whatever the seed: versions are compared on them, or on the first of them.
  const heldOut = draw(dataset.pairs, 'held-out', options.maxHeldOutPairs, 0);
  const repoName = format.repoTokens ? dataset.repository : '';
  const tokenizer = { tokenize: (texts: readonly string[]) => engine.tokenize(texts), special: model.special };
  const build = (pairs: readonly Pair[], tokens: number): Promise<TrainingSequence[]> =>
    buildTrainingSequences(
      pairs.map(({ context, prefix, middle, suffix }) => ({ repoName, context, prefix, middle, suffix })),
      format,
      budgetFor(tokens),
      tokenizer,
      signal,
    );
  const learned = await build(train, options.trainTokens);
  const measured = await build(heldOut, options.heldOutTokens);
  const sequences = [...learned, ...measured].map(({ tokens, lossFrom }, i) => ({
    split: i < train.length ? ('train' as const) : ('held-out' as const),
    tokens: Int32Array.from(tokens),
    lossFrom,
  }));
  return {
    format,
    train,
    heldOut,
    sequences,
    samples: measured.map(({ tokens, lossFrom }) => ({ tokens, lossFrom, lossTo: tokens.length })),
    trainTokens: sequences.slice(0, train.length).reduce((sum, { tokens }) => sum + tokens.length, 0),
  };
}

function draw(pairs: readonly Pair[], split: Pair['split'], most: number, seed: number): Pair[] {
  const own = pairs.filter((pair) => pair.split === split);
  return shuffled(own, randomFrom(seed, 0x5eed)).slice(0, most);
}
