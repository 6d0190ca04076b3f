import { type TokenStream, windowHashes } from './tokens.ts';

/** A held-out middle and the training text must not share a window of this many tokens. */
export const leakTokens = 50;

const gramTokens = 25;
const winnowWindow = leakTokens - gramTokens + 1;

/**
 * Fingerprints of a text (winnowing; Schleimer, Wilkerson, Aiken 2003, section 3): two texts that share any
 * {@link leakTokens}-token window share a fingerprint, at 1/13 of all its positions.
 */
export function fingerprints(tokens: TokenStream): Uint32Array {
  const grams = windowHashes(tokens, gramTokens);
  const chosen: number[] = [];
  let lowest = -1;
  for (let end = winnowWindow - 1; end < grams.length; end++) {
    const start = end - winnowWindow + 1;
    if (lowest < start) {
      lowest = start;
      for (let i = start + 1; i <= end; i++) if ((grams[i] as number) <= (grams[lowest] as number)) lowest = i;
      chosen.push(grams[lowest] as number);
    } else if ((grams[end] as number) <= (grams[lowest] as number)) {
      lowest = end;
      chosen.push(grams[end] as number);
    }
  }
  return Uint32Array.from(chosen);
}

const sketchBins = 128;
const shingleTokens = 7;
const emptyBin = 0xffffffff;

/**
 * One-permutation MinHash (Li, Owen, Zhang 2012) of a text's 7-token shingles: the lowest hash in each of 128 bins. null for texts that are
 * too short.
 */
export function sketchOf(tokens: TokenStream): Uint32Array | null {
  const shingles = windowHashes(tokens, shingleTokens);
  if (shingles.length < sketchBins / 2) return null;
  const sketch = new Uint32Array(sketchBins).fill(emptyBin);
  for (let i = 0; i < shingles.length; i++) {
    const hash = shingles[i] as number;
    // A power of two: the remainder of an unsigned number would be computed in doubles.
    const bin = hash & (sketchBins - 1);
    if (hash < (sketch[bin] as number)) sketch[bin] = hash;
  }
  return sketch;
}

/** Estimate of the Jaccard similarity of two texts' shingles. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let same = 0;
  let used = 0;
  for (let i = 0; i < sketchBins; i++) {
    if (a[i] === emptyBin && b[i] === emptyBin) continue;
    used++;
    if (a[i] === b[i]) same++;
  }
  return used === 0 ? 0 : same / used;
}

/** From this similarity on, two files count as the same for training. */
const nearDuplicate = 0.8;

const bandBins = 4;
/** Of texts made from one template, each shares some bands with all others: 30,000 of them took minutes, in which nothing could be stopped. */
const mostPerBand = 64;

/** Whether {@link similarity} is at least {@link nearDuplicate}, told as soon as too many bins differ. */
function areNearDuplicates(a: Uint32Array, b: Uint32Array): boolean {
  let different = 0;
  for (let i = 0; i < sketchBins; i++)
    if (a[i] !== b[i] && ++different > (1 - nearDuplicate) * sketchBins) return false;
  return similarity(a, b) >= nearDuplicate;
}

/**
 * For each text, the index of the first text of its near-duplicate cluster (its own if it is the first). Candidates come from
 * locality-sensitive hashing: 32 bands of 4 bins find a pair of similarity 0.8 with probability 1 - 1e-7, unless more than
 * {@link mostPerBand} later texts share each of its bands.
 */
export function nearDuplicates(sketches: readonly (Uint32Array | null)[]): number[] {
  const firstOf = sketches.map((_, i) => i);
  // Keys are 30 bits, which V8 stores without a heap object; two bands with the same key by chance only cost a comparison.
  const newestOf = new Map<number, number>();
  // An entry for each band of each text: the one before it with the same key, from 1. Arrays by key would be 200,000 objects.
  const before = new Int32Array((sketchBins / bandBins) * sketches.length + 1);
  const textOf = new Int32Array(before.length);
  /** By text, the last one that it was compared with, from 1: two texts share several bands. */
  const comparedWith = new Int32Array(sketches.length);
  let entries = 0;
  const keys: number[] = [];
  for (const [i, sketch] of sketches.entries()) {
    if (!sketch) continue;
    let first = i;
    keys.length = 0;
    for (let band = 0; band < sketchBins; band += bandBins) {
      let key = Math.imul(band + 1, 0x9e3779b1);
      let used = false;
      for (let bin = band; bin < band + bandBins; bin++) {
        used ||= sketch[bin] !== emptyBin;
        key = Math.imul(key ^ (sketch[bin] as number), 0x85ebca6b);
        key ^= key >>> 15;
      }
      if (!used) continue;
      key >>>= 2;
      keys.push(key);
      let entry = newestOf.get(key) ?? 0;
      for (let looked = 0; entry !== 0 && looked < mostPerBand; looked++, entry = before[entry] as number) {
        const other = textOf[entry] as number;
        if (other >= first || comparedWith[other] === i + 1) continue;
        comparedWith[other] = i + 1;
        if (areNearDuplicates(sketch, sketches[other] as Uint32Array)) first = other;
      }
    }
    firstOf[i] = first;
    if (first !== i) continue;
    for (const key of keys) {
      entries++;
      before[entries] = newestOf.get(key) ?? 0;
      textOf[entries] = i;
      newestOf.set(key, entries);
    }
  }
  return firstOf;
}
