/**
 * Which guess a model finds most likely, by scoring all and generating none: a small model tells a right change from a wrong one well
 * before it can write the right one (bench/results/next-edit.md).
 */
import type { EditSituation } from '../edits/situation.ts';
import type { AdapterRef, LoadedEngine } from '../engine/types.ts';
import { buildEditTraining, type EditBudget, editLayoutOf } from '../prompt/editPrompt.ts';
import type { Guess } from './carriedOn.ts';
import { chanceBehind } from './chance.ts';

export interface Weighed extends Guess {
  readonly promptTokens: number;
}

/**
 * The likeliest guess, by its own chance and its score relative to the unchanged region; null if none fits the prompt. @throws the signal's
 * reason.
 */
export async function weigh(
  situation: EditSituation,
  guesses: readonly Guess[],
  { engine, model }: LoadedEngine,
  { adapter, budget }: { readonly adapter: AdapterRef | null; readonly budget: EditBudget },
  signal?: AbortSignal,
): Promise<Weighed | null> {
  const { lines, region } = situation;
  const tokenizer = { special: model.special, tokenize: (texts: readonly string[]) => engine.tokenize(texts) };
  const laidOutAs = (answer: readonly string[]) =>
    buildEditTraining(situation, answer, budget, tokenizer, editLayoutOf(model));
  const asItIs = await laidOutAs(lines.slice(region.from, region.to));
  if (asItIs === null) return null;
  const laidOut: { readonly guess: Guess; readonly tokens: readonly number[] }[] = [];
  for (const guess of guesses) {
    const built = await laidOutAs(guess.answer);
    if (built !== null) laidOut.push({ guess, tokens: built.tokens });
  }
  if (laidOut.length === 0) return null;
  // The shared prefix is equally likely for all, and is read once.
  const sequences = [asItIs.tokens, ...laidOut.map(({ tokens }) => tokens)];
  const lossFrom = sharedStart(sequences);
  const samples = sequences.map((tokens) => ({ tokens, lossFrom, lossTo: tokens.length }));
  const scores = await engine.score(samples, adapter, signal);
  const [now, ...others] = scores.map(({ nll }) => nll);
  return laidOut
    .map(({ guess: { answer, chance } }, i) => ({
      answer,
      chance: chanceBehind(chance, now! - others[i]!),
      promptTokens: asItIs.lossFrom,
    }))
    .reduce((best, one) => (one.chance > best.chance ? one : best));
}

function sharedStart(sequences: readonly (readonly number[])[]): number {
  const [first = []] = sequences;
  let length = 0;
  while (length < first.length && sequences.every((one) => one[length] === first[length])) length++;
  return length;
}
