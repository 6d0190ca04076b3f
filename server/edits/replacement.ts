/** Changes that only replace one name by another, found without a grammar: pieces of a change rarely parse. */

/** The replacement, as `old\0new`, in a step that only replaces one name by another; null if it does more. */
export function replacementIn(before: readonly string[], after: readonly string[]): string | null {
  if (before.length !== after.length || before.length === 0) return null;
  let replacement: string | null = null;
  for (const [i, line] of before.entries()) {
    // Uses a few lines apart make one change, with the lines in between.
    if (line === after[i]) continue;
    const one = between(line, after[i]!);
    if (one === null || (replacement !== null && replacement !== one)) return null;
    replacement = one;
  }
  return replacement;
}

/** Where such a step has the old name that it replaces: lines from 0 within the step, in UTF-16 units. */
export function placesReplaced(
  before: readonly string[],
  after: readonly string[],
): { readonly line: number; readonly column: number }[] {
  return before.flatMap((text, line) => {
    const now = piecesOf(after[line] ?? '');
    let end = 0;
    return piecesOf(text).flatMap((piece, at) => {
      end += piece.length;
      return piece === now[at] ? [] : [{ line, column: end - piece.length }];
    });
  });
}

/** Whether a change only replaces one name by another, some places as `from: to`, for a `from` that was the key of its value too. */
export function replacesWithKeys(
  { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
  from: string,
  to: string,
): boolean {
  // Most changes do no such thing, and many are looked at with every question.
  if (before.length !== after.length || !after.some((line) => line.includes(`${from}: ${to}`))) return false;
  return before.every((line, i) => {
    const [old, now] = [piecesOf(line), withoutKeys(piecesOf(after[i]!), from, to)];
    if (old.length !== now.length) return false;
    return old.every((piece, at) => piece === now[at] || (piece === from && now[at] === to));
  });
}

/** `from: to` as `to`. */
function withoutKeys(pieces: readonly string[], from: string, to: string): string[] {
  const isKey = (at: number): boolean =>
    pieces[at] === from && pieces[at + 1] === ':' && pieces[at + 2] === ' ' && pieces[at + 3] === to;
  return pieces.filter((_, at) => !(isKey(at) || isKey(at - 1) || isKey(at - 2)));
}

function piecesOf(line: string): string[] {
  return line.match(PIECE) ?? [];
}

const PIECE = /[\p{L}\p{M}\p{N}_$]+|\s+|./gsu;
const TWO_NAMES = /^[\p{L}\p{M}\p{N}_$]+\0[\p{L}\p{M}\p{N}_$]+$/u;

/** The one pair of names in which two lines differ. */
function between(from: string, to: string): string | null {
  const [old, now] = [piecesOf(from), piecesOf(to)];
  if (old.length !== now.length) return null;
  const pairs = new Set(old.flatMap((piece, i) => (piece === now[i] ? [] : [`${piece}\0${now[i]}`])));
  const [pair] = pairs;
  return pairs.size === 1 && pair !== undefined && TWO_NAMES.test(pair) ? pair : null;
}
