/**
 * Model-independent tokens, for comparing texts: words split at case changes and underscores, numbers, single punctuation marks; white
 * space is ignored. About as fine as a code model's tokens: 50 of these are about 50 of those.
 */
export interface TokenStream {
  /** [tokens] 32-bit hash of each token's text. */
  readonly hashes: Int32Array;
  readonly count: number;
}

const space = 0;
const lower = 1;
const upper = 2;
const digit = 3;
const mark = 4;

const classes = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code <= 32) return space;
  if (code >= 97 && code <= 122) return lower;
  if (code >= 65 && code <= 90) return upper;
  if (code >= 48 && code <= 57) return digit;
  return code === 95 ? space : mark;
});

/** Written here first, then copied: allocating and clearing the maximum for each text costs more. */
let scratch = new Int32Array(1 << 16);

export function tokensOf(text: string, from = 0, to = text.length): TokenStream {
  let hashes = scratch;
  let count = 0;
  let i = from;
  while (i < to) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? (classes[code] as number) : lower;
    if (kind === space) {
      i++;
      continue;
    }
    let hash = Math.imul(0x811c9dc5 ^ code, 0x01000193);
    i++;
    if (kind !== mark) {
      // A word is its first letter and the lower case ones after it; a number its digits.
      const same = kind === upper ? lower : kind;
      for (; i < to; i++) {
        const next = text.charCodeAt(i);
        if ((next < 128 ? classes[next] : lower) !== same) break;
        hash = Math.imul(hash ^ next, 0x01000193);
      }
    }
    if (count === hashes.length) {
      const grown = new Int32Array(hashes.length * 2);
      grown.set(hashes);
      hashes = grown;
      scratch = grown;
    }
    hashes[count++] = mixBits(hash);
  }
  return { hashes: hashes.slice(0, count), count };
}

/** FNV's low bits are weak, and rolling sums need all bits (finalizer of MurmurHash3). */
function mixBits(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const base = 0x2c1b3c6d | 1;

/** Hash of every `length`-token window, [count - length + 1]. */
export function windowHashes({ hashes, count }: TokenStream, length: number): Uint32Array {
  const windows = Math.max(0, count - length + 1);
  const result = new Uint32Array(windows);
  if (windows === 0) return result;
  let lead = 1;
  for (let i = 1; i < length; i++) lead = Math.imul(lead, base);
  let rolling = 0;
  for (let i = 0; i < count; i++) {
    if (i >= length) rolling = (rolling - Math.imul(hashes[i - length] as number, lead)) | 0;
    rolling = (Math.imul(rolling, base) + (hashes[i] as number)) | 0;
    if (i >= length - 1) result[i - length + 1] = mixBits(rolling) >>> 0;
  }
  return result;
}
