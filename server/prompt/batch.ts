/** Builds training sequences with a tokenizer in another process: few calls with many texts. */
import type { PromptPart } from '../engine/types.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { type PromptBudget, shrink } from './budget.ts';
import {
  layoutTraining,
  sequenceOf,
  type Tokenizer,
  type TrainingLayout,
  type TrainingSequence,
  type TrainingText,
} from './build.ts';

export interface AsyncTokenizer {
  tokenize(texts: readonly string[]): Promise<number[][]>;
  readonly special: Tokenizer['special'];
}

const TEXTS_PER_CALL = 128;

/** The results of `buildTrainingSequence` for each text, in the same order. */
export async function buildTrainingSequences(
  texts: readonly TrainingText[],
  format: PromptFormat,
  budget: PromptBudget,
  tokenizer: AsyncTokenizer,
  signal?: AbortSignal,
): Promise<TrainingSequence[]> {
  const sequences: TrainingSequence[] = [];
  for (let from = 0; from < texts.length; from += TEXTS_PER_CALL) {
    signal?.throwIfAborted();
    const batch = texts.slice(from, from + TEXTS_PER_CALL);
    let waiting = batch.map((text, index) => ({ text, index }));
    const done: TrainingSequence[] = [];
    for (let share = budget; waiting.length > 0; share = shrink(share, 0.8)) {
      const layouts = waiting.map(({ text }) => layoutTraining(text, format, share));
      const ids = await tokenizer.tokenize(layouts.flatMap(textsOf));
      let next = 0;
      const known: Tokenizer = { special: tokenizer.special, tokenize: (asked) => asked.map(() => ids[next++]!) };
      waiting = waiting.filter(({ index }, i) => {
        const sequence = sequenceOf(layouts[i]!, budget, share, known);
        if (sequence !== null) done[index] = sequence;
        return sequence === null;
      });
    }
    sequences.push(...done);
  }
  return sequences;
}

/** The texts that `sequenceOf` tokenizes, in its order. */
export function textsOf({ head, tail }: TrainingLayout): string[] {
  return [...head.flatMap((part: PromptPart) => ('text' in part ? [part.text] : [])), tail];
}
