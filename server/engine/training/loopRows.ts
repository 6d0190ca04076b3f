/** The sequences that the loop uses outside its steps. */
import { EngineError } from '../errors.ts';
import type { TrainRow } from '../types.ts';
import { packRows, toTrainRow } from './packing.ts';
import type { Sequence } from './sequences.ts';

/** Held-out tokens measured during training: enough to steer by, cheap compared with the steps in between. */
const MOST_STEERING_TOKENS = 24_000;
const CALIBRATION_TOKENS = 8192;

/** An even sample of whole sequences. */
export function steeringRows(heldOut: readonly Sequence[], maxTokens: number): TrainRow[] {
  const total = heldOut.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const keepEvery = Math.max(1, Math.ceil(total / MOST_STEERING_TOKENS));
  const sample = heldOut.filter((_, i) => i % keepEvery === 0);
  return packRows(sample, maxTokens).map((row) => toTrainRow(row, 0));
}

/** The first training sequences: a few thousand tokens show which inputs matter. */
export function calibrationRows(train: readonly Sequence[], maxTokens: number): TrainRow[] {
  let tokens = 0;
  const taken = train.filter((sequence) => {
    if (tokens >= CALIBRATION_TOKENS) return false;
    tokens += sequence.tokens.length;
    return true;
  });
  return packRows(taken, maxTokens).map((row) => toTrainRow(row, 1));
}

export function checkVocabulary(sequences: readonly Sequence[], vocabularySize: number): void {
  for (const { tokens } of sequences) {
    const foreign = tokens.find((token) => token < 0 || token >= vocabularySize);
    if (foreign !== undefined) {
      throw new EngineError(
        'invalid-argument',
        `Token ${foreign} is outside the model's vocabulary of ${vocabularySize}: the sequences were made for another model. Start the tune again.`,
      );
    }
  }
}
