/** Examples of next edits as sequences to learn, laid out by the prompt builder that serves. */
import type { Sequence } from '../engine/training/sequences.ts';
import type { LoadedEngine } from '../engine/types.ts';
import type { EditExample } from '../mining/edits/examples.ts';
import { buildEditTraining, type EditBudget } from '../prompt/editPrompt.ts';

/** Less than what is served, for more examples in the same time: what was changed and the region come first, then the file around it. */
export const EDIT_TRAIN_BUDGET: EditBudget = { promptTokens: 384, regionTokens: 256 };

/**
 * The first examples that have `tokens` tokens together, or all; those that do not fit are left out. Of a prompt nothing is learned: it
 * says the region two times, and the file once more.
 */
export async function editSequences(
  examples: readonly EditExample[],
  split: Sequence['split'],
  tokens: number,
  { engine, model }: LoadedEngine,
  signal?: AbortSignal,
): Promise<Sequence[]> {
  const tokenizer = { special: model.special, tokenize: (texts: readonly string[]) => engine.tokenize(texts) };
  const sequences: Sequence[] = [];
  let total = 0;
  for (const { situation, updated } of examples) {
    if (total >= tokens) break;
    signal?.throwIfAborted();
    const built = await buildEditTraining(situation, updated, EDIT_TRAIN_BUDGET, tokenizer);
    if (built === null) continue;
    total += built.tokens.length;
    sequences.push({ split, tokens: Int32Array.from(built.tokens), lossFrom: built.lossFrom, answerOnly: true });
  }
  return sequences;
}
