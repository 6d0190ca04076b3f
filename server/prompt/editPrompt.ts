/**
 * The one place where next-edit prompts are laid out, for training and serving alike: pretrained special tokens and no instructions. A base
 * made for next edits is prompted in the layout it was trained on, any other in our own.
 */
import type { EditSituation } from '../edits/situation.ts';
import type { ModelInfo } from '../engine/types.ts';
import { type AsyncTokenizer, textsOf } from './batch.ts';
import { sequenceOf, type Tokenizer, type TrainingSequence } from './build.ts';
import { buildBlocks } from './editBlocks.ts';
import { type EditBudget, type EditPrompt, textOf } from './editPieces.ts';
import { buildSweep, SWEEP_CURSOR } from './editSweep.ts';

export { type EditSituation, REGION, regionAround } from '../edits/situation.ts';
export type { EditBudget, EditPrompt } from './editPieces.ts';

export type EditLayout = 'blocks' | 'sweep';

/** Prompt budgets in serving and in training. */
export const EDIT_BUDGETS: Readonly<
  Record<EditLayout, { readonly serving: EditBudget; readonly training: EditBudget }>
> = {
  // Some 250 real tokens, which two cores with AVX2 alone read in 0.8 s with a base of 0.5 B (bench/results/completion.md). Training uses
  // fewer than serving, for more examples in the same time: the changes and the region come first, then the file around them.
  blocks: {
    serving: { promptTokens: 400, regionTokens: 256 },
    training: { promptTokens: 384, regionTokens: 256 },
  },
  // It contains the region twice, and was trained with hundreds of lines around it: as much as there is time to read.
  sweep: {
    serving: { promptTokens: 2000, regionTokens: 256 },
    training: { promptTokens: 768, regionTokens: 256 },
  },
};

/** Only a model with these tokens is prompted for next edits. */
export function speaksOfFiles(special: Tokenizer['special']): boolean {
  return special.fileSep !== undefined && special.eot !== undefined;
}

/** From the name in the file, or the file's own: the makers use names like `sweep-next-edit-0.5b.q8_0.gguf`. */
export function editLayoutOf({ name, path }: Pick<ModelInfo, 'name' | 'path'>): EditLayout {
  const file = path.replaceAll('\\', '/').split('/').at(-1)!;
  return [name, file].some((one) => /sweep[-_ .]?next[-_ .]?edit/i.test(one)) ? 'sweep' : 'blocks';
}

/** Whether a base was made for next edits, so that it needs no adapter that has learned them. */
export function knowsNextEdits(model: Pick<ModelInfo, 'name' | 'path'>): boolean {
  return editLayoutOf(model) !== 'blocks';
}

/** null if not even the region fits. */
export function buildEditPrompt(
  situation: EditSituation,
  budget: EditBudget,
  layout: EditLayout = 'blocks',
): EditPrompt | null {
  return layout === 'sweep' ? buildSweep(situation, budget) : buildBlocks(situation, budget);
}

/** Training sequence for one situation. `updated`: the region's lines after the edit. null if prompt or answer does not fit. */
export async function buildEditTraining(
  situation: EditSituation,
  updated: readonly string[],
  budget: EditBudget,
  tokenizer: AsyncTokenizer,
  layout: EditLayout = 'blocks',
): Promise<TrainingSequence | null> {
  const prompt = buildEditPrompt(situation, budget, layout);
  if (prompt === null) return null;
  const laidOut = { head: prompt.parts, tail: answerText(updated, layout) };
  const known = await tokenizer.tokenize(textsOf(laidOut));
  if (known.at(-1)!.length > budget.regionTokens) return null;
  // One more for the end token.
  const room = { promptTokens: budget.promptTokens, middleTokens: budget.regionTokens + 1 };
  const sizes = { ...room, contextShare: 0, suffixShare: 0 };
  let next = 0;
  const tokenize = (texts: readonly string[]): number[][] => texts.map(() => known[next++]!);
  return sequenceOf(laidOut, sizes, sizes, { special: tokenizer.special, tokenize });
}

/**
 * Special tokens that a model writes as text, or the end of a code fence in an explanation: an answer containing one is no region unless
 * the region itself does. Sweep's may write its cursor.
 */
export const ANSWER_MARKS: Readonly<Record<EditLayout, readonly string[]>> = {
  blocks: ['<|', '\n```'],
  sweep: ['<|file', '<|end', '<|fim', '\n```'],
};

/** The region's lines from a model's output. `now`: its current lines, which may end in an empty one or contain Sweep's cursor as text. */
export function linesOfAnswer(written: string, layout: EditLayout = 'blocks', now: readonly string[] = []): string[] {
  const marksCursor = layout === 'sweep' && !now.some((line) => line.includes(SWEEP_CURSOR));
  const text = marksCursor ? written.replaceAll(SWEEP_CURSOR, '') : written;
  if (text === '') return [];
  const lines = text.split('\n');
  // A trailing line break ends the last line, except in Sweep's layout where the region ends in an empty line.
  const isLine = layout === 'sweep' && now.at(-1) === '';
  return lines.at(-1) === '' && !isLine ? lines.slice(0, -1) : lines;
}

/** In the form a model writes. Sweep's layout has no line break after the last line. */
export function answerText(lines: readonly string[], layout: EditLayout): string {
  return layout === 'sweep' ? lines.join('\n') : textOf(lines);
}
