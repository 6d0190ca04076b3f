import type { Cursor } from '../cursor.ts';
import { balanceOf, isInString, isOpen, QUOTES, withoutEscaped, withoutLiterals } from './brackets.ts';

const MARKS = /^[)\]}"'`]+/;

type Place = Pick<Cursor, 'linePrefix' | 'languageId'>;

/**
 * How many marks at the end of `text` close what the `rest` of the line, which begins with the same ones, closes already: `a)` in `f(║) + 1`,
 * `b'` in `'a ║' if c`.
 */
export function closedAgain(text: string, rest: string, place: Place): number {
  const marks = MARKS.exec(rest)?.[0] ?? '';
  for (let count = Math.min(marks.length, text.length); count > 0; count--) {
    const own = marks.slice(0, count);
    if (text.endsWith(own) && [...own].every((mark) => isAgain(mark, own, text, rest, place))) return count;
  }
  return 0;
}

function isAgain(mark: string, own: string, text: string, rest: string, { linePrefix, languageId }: Place): boolean {
  if (QUOTES.has(mark)) return isInString(linePrefix, mark) && isOpen(withoutEscaped(text), mark);
  const begun = [...QUOTES].some((quote) => isInString(linePrefix, quote));
  const code = begun ? withoutEscaped(text) : withoutLiterals(text, languageId, linePrefix);
  if (balanceOf(code, mark).unmatched < own.split(mark).length - 1) return false;
  // `if (f(║) {` still lacks one.
  return balanceOf(rest, mark).unmatched >= balanceOf(withoutLiterals(linePrefix, languageId), mark).open;
}
