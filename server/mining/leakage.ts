import { fingerprints, leakTokens } from './fingerprints.ts';
import { Pauses } from './pauses.ts';
import { type TokenStream, tokensOf, windowHashes } from './tokens.ts';

/** A text that training sees, read only if it shares a fingerprint with a held-out middle. */
export interface TrainingText {
  readonly fingerprints: Uint32Array;
  readonly text: () => string;
}

/**
 * Which held-out middles share a {@link leakTokens}-token window with the training text. Fingerprints find the texts and the
 * middles to look at; those are then compared window by window.
 */
export async function leakedMiddles(
  middles: readonly string[],
  training: readonly TrainingText[],
  pauses: Pauses = new Pauses(),
): Promise<Set<number>> {
  const wanted = new FingerprintSet();
  const candidates: { index: number; tokens: TokenStream; own: Uint32Array }[] = [];
  for (const [index, middle] of middles.entries()) {
    if (pauses.due) await pauses.take();
    const tokens = tokensOf(middle);
    if (tokens.count < leakTokens) continue;
    const own = fingerprints(tokens);
    for (const fingerprint of own) wanted.add(fingerprint);
    candidates.push({ index, tokens, own });
  }
  const leaked = new Set<number>();
  if (candidates.length === 0) return leaked;
  const met = new Set<number>();
  const texts: TrainingText[] = [];
  for (const text of training) {
    if (pauses.due) await pauses.take();
    const meeting = wanted.among(text.fingerprints);
    for (const fingerprint of meeting) met.add(fingerprint);
    if (meeting.length > 0) texts.push(text);
  }
  const owners = new Map<number, number[]>();
  const owned = new FingerprintSet();
  for (const { index, tokens, own } of candidates) {
    if (!own.some((fingerprint) => met.has(fingerprint))) continue;
    for (const window of windowHashes(tokens, leakTokens)) {
      owned.add(window);
      const list = owners.get(window);
      if (list) list.push(index);
      else owners.set(window, [index]);
    }
  }
  for (const { text } of texts) {
    if (pauses.due) await pauses.take();
    for (const window of owned.among(windowHashes(tokensOf(text()), leakTokens)))
      for (const index of owners.get(window) as number[]) leaked.add(index);
  }
  return leaked;
}

/** A set that answers no, as it does a million times, from a bitmap that fits the CPU cache. */
class FingerprintSet {
  readonly #bits = new Uint32Array(1 << 15);
  readonly #members = new Set<number>();

  add(fingerprint: number): void {
    const bit = fingerprint & 0xfffff;
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] as number) | (1 << (bit & 31));
    this.#members.add(fingerprint);
  }

  /** The fingerprints that are in the set. */
  among(fingerprints: Uint32Array): number[] {
    const bits = this.#bits;
    const found: number[] = [];
    // By index: an iterator takes three times as long.
    for (let i = 0; i < fingerprints.length; i++) {
      const fingerprint = fingerprints[i] as number;
      const bit = fingerprint & 0xfffff;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0 && this.#members.has(fingerprint))
        found.push(fingerprint);
    }
    return found;
  }
}
