import { fingerprints, leakTokens } from './fingerprints.ts';
import { tokensOf, windowHashes } from './tokens.ts';

/** A held-out middle, and the windows of it that training must not contain. */
interface Suspect {
  readonly index: number;
  readonly windows: Uint32Array;
}

/** A text that training sees, read only if it shares a fingerprint with a held-out middle. */
export interface TrainingText {
  readonly fingerprints: Uint32Array;
  readonly text: () => string;
}

/**
 * Which held-out middles share a {@link leakTokens}-token window with the training text. Fingerprints find the texts to look
 * at; those are then compared window by window.
 */
export function leakedMiddles(middles: readonly string[], training: readonly TrainingText[]): Set<number> {
  const suspects: Suspect[] = [];
  const wanted = new Set<number>();
  for (const [index, middle] of middles.entries()) {
    const tokens = tokensOf(middle);
    if (tokens.count < leakTokens) continue;
    suspects.push({ index, windows: windowHashes(tokens, leakTokens) });
    for (const fingerprint of fingerprints(tokens)) wanted.add(fingerprint);
  }
  const leaked = new Set<number>();
  if (suspects.length === 0) return leaked;
  const owners = new Map<number, number[]>();
  for (const { index, windows } of suspects) {
    for (const window of windows) {
      const list = owners.get(window);
      if (list) list.push(index);
      else owners.set(window, [index]);
    }
  }
  for (const { fingerprints, text } of training) {
    if (!fingerprints.some((fingerprint) => wanted.has(fingerprint))) continue;
    for (const window of windowHashes(tokensOf(text()), leakTokens))
      for (const index of owners.get(window) ?? []) leaked.add(index);
  }
  return leaked;
}
