/**
 * Which of some answers a model finds most likely, all of them read and none written: a small model tells the right change from a wrong one
 * well before it writes the right one by itself (bench/results/next-edit.md).
 */
import type { EditSituation } from '../edits/situation.ts';
import type { AdapterRef, LoadedEngine, Score } from '../engine/types.ts';
import { buildEditTraining, type EditBudget } from '../prompt/editPrompt.ts';

export interface Weighed {
  readonly answer: readonly string[];
  /** Of the answer, where one of those weighed is right. */
  readonly probability: number;
  readonly promptTokens: number;
}

/** null where the region as it is is likeliest, or the answers do not fit. @throws the signal's reason. */
export async function weigh(
  situation: EditSituation,
  candidates: readonly (readonly string[])[],
  { engine, model }: LoadedEngine,
  { adapter, budget }: { readonly adapter: AdapterRef | null; readonly budget: EditBudget },
  signal?: AbortSignal,
): Promise<Weighed | null> {
  const { lines, region } = situation;
  const answers = [lines.slice(region.from, region.to), ...candidates];
  const tokenizer = { special: model.special, tokenize: (texts: readonly string[]) => engine.tokenize(texts) };
  const laidOut: { readonly answer: readonly string[]; readonly tokens: readonly number[] }[] = [];
  let promptTokens = 0;
  for (const answer of answers) {
    const built = await buildEditTraining(situation, answer, budget, tokenizer);
    if (built === null && laidOut.length === 0) return null;
    if (built === null) continue;
    promptTokens = built.lossFrom;
    laidOut.push({ answer, tokens: built.tokens });
  }
  // What all begin with is as likely under each, and is read once.
  const lossFrom = sharedStart(laidOut.map(({ tokens }) => tokens));
  const samples = laidOut.map(({ tokens }) => ({ tokens, lossFrom, lossTo: tokens.length }));
  const scores: Score[] = [];
  // One at a time: a completion that is asked for meanwhile waits for no more than that.
  if (samples.length > 1) for (const sample of samples) scores.push(...(await engine.score([sample], adapter, signal)));
  const least = Math.min(...scores.map(({ nll }) => nll));
  const best = scores.findIndex(({ nll }) => nll === least);
  if (best <= 0) return null;
  const probability = 1 / scores.reduce((sum, { nll }) => sum + Math.exp(least - nll), 0);
  return { answer: laidOut[best]!.answer, probability, promptTokens };
}

function sharedStart(sequences: readonly (readonly number[])[]): number {
  const [first = []] = sequences;
  let length = 0;
  while (length < first.length && sequences.every((one) => one[length] === first[length])) length++;
  return length;
}
