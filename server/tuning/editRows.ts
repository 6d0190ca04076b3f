/** Training sequences for next edits, laid out by the same prompt builder that serves. */
import type { Sequence } from '../engine/training/sequences.ts';
import type { LoadedEngine } from '../engine/types.ts';
import type { EditExample } from '../mining/edits/examples.ts';
import { buildEditTraining, EDIT_BUDGETS, editLayoutOf } from '../prompt/editPrompt.ts';

/**
 * The first examples that total `tokens` tokens, or all; examples that do not fit a window are skipped. The prompt itself carries no loss:
 * it repeats the region, and the file once more.
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
