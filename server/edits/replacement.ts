/** Changes that only replace one name by another, found without a grammar: pieces of a change rarely parse. */

/** The replacement, as `old\0new`, in a step that only replaces one name by another; null if it does more. */
export function replacementIn(before: readonly string[], after: readonly string[]): string | null {
  if (before.length !== after.length || before.length === 0) return null;
  let replacement: string | null = null;
  for (const [i, line] of before.entries()) {
    const one = between(line, after[i]!);
    if (one === null || (replacement !== null && replacement !== one)) return null;
    replacement = one;
  }
  return replacement;
}

const PIECE = /[\p{L}\p{M}\p{N}_$]+|\s+|./gsu;
const TWO_NAMES = /^[\p{L}\p{M}\p{N}_$]+\0[\p{L}\p{M}\p{N}_$]+$/u;

/** The one pair of names in which two lines differ. */
function between(from: string, to: string): string | null {
  const [old, now] = [from.match(PIECE) ?? [], to.match(PIECE) ?? []];
  if (old.length !== now.length) return null;
  const pairs = new Set(old.flatMap((piece, i) => (piece === now[i] ? [] : [`${piece}\0${now[i]}`])));
  const [pair] = pairs;
  return pairs.size === 1 && pair !== undefined && TWO_NAMES.test(pair) ? pair : null;
}
