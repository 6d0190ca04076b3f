import { fingerprints } from './fingerprints.ts';
import { leakedMiddles, type TrainingText } from './leakage.ts';
import { Pauses } from './pauses.ts';
import { tokensOf } from './tokens.ts';
import type { Pair } from './types.ts';

/** The held-out pairs that share no window with these texts, nor with these history pairs, which are not part of current files. */
export async function withoutLeaked(
  heldOut: readonly Pair[],
  texts: readonly TrainingText[],
  written: readonly Pair[],
  signal: AbortSignal | undefined,
): Promise<Pair[]> {
  const pauses = new Pauses(signal);
  const training = [...texts];
  for (const pair of written) {
    if (pauses.due) await pauses.take();
    training.push(textOf(pair));
  }
  const middles = heldOut.map(({ middle }) => middle);
  const leaked = await leakedMiddles(middles, training, pauses);
  return heldOut.filter((_, i) => !leaked.has(i));
}

function textOf({ prefix, middle, suffix }: Pair): TrainingText {
  const text = prefix + middle + suffix;
  return { fingerprints: fingerprints(tokensOf(text)), text: () => text };
}
