/** Examples of next edits as sequences to learn, laid out by the prompt builder that serves. */
import type { Sequence } from '../engine/training/sequences.ts';
import type { LoadedEngine } from '../engine/types.ts';
import type { EditExample } from '../mining/edits/examples.ts';
import { buildEditTraining, EDIT_BUDGETS, editLayoutOf } from '../prompt/editPrompt.ts';

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
  const layout = editLayoutOf(model);
  const sequences: Sequence[] = [];
  let total = 0;
  for (const { situation, updated } of examples) {
    if (total >= tokens) break;
    signal?.throwIfAborted();
    const built = await buildEditTraining(situation, updated, EDIT_BUDGETS[layout].training, tokenizer, layout);
    if (built === null) continue;
    total += built.tokens.length;
    sequences.push({ split, tokens: Int32Array.from(built.tokens), lossFrom: built.lossFrom, answerOnly: true });
  }
  return sequences;
}
