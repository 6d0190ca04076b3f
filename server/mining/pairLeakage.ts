import { fingerprints } from './fingerprints.ts';
import { leakedMiddles, type TrainingText } from './leakage.ts';
import { Pauses } from './pauses.ts';
import { tokensOf } from './tokens.ts';
import type { Pair } from './types.ts';

/** What training sees of a pair that is not a piece of a file as it is now. */
export function trainingTextOf({ prefix, middle, suffix }: Pair): TrainingText {
  const text = prefix + middle + suffix;
  return { fingerprints: fingerprints(tokensOf(text)), text: () => text };
}

/** The held-out pairs that share no window with these training pairs. */
export async function withoutLeaked(
  heldOut: readonly Pair[],
  training: readonly Pair[],
  signal: AbortSignal | undefined,
): Promise<Pair[]> {
  const pauses = new Pauses(signal);
  const texts = new Map<string, TrainingText>();
  for (const pair of training) {
    // The pairs of one version of a file have one text.
    const { path, kind, commit, startByte, prefix, middle, suffix } = pair;
    const version = kind === 'history' ? `${commit} ${startByte}` : prefix.length + middle.length + suffix.length;
    const key = `${path}\0${version}`;
    if (texts.has(key)) continue;
    if (pauses.due) await pauses.take();
    texts.set(key, trainingTextOf(pair));
  }
  const leaked = await leakedMiddles(
    heldOut.map(({ middle }) => middle),
    [...texts.values()],
    pauses,
  );
  return heldOut.filter((_, i) => !leaked.has(i));
}
