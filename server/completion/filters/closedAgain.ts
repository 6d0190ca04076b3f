import type { Cursor } from '../cursor.ts';
import { isInString, isOpen, OPENERS, QUOTES, withoutEscaped, withoutLiterals } from './brackets.ts';

const MARKS = /^[)\]}"'`]+/;

/**
 * How many marks at the end of `text` close what the `rest` of the line, which begins with the same ones, closes already: `a)` in `f(║) + 1`,
 * `b'` in `'a ║' if c`.
 */
export function closedAgain(
  text: string,
  rest: string,
  { linePrefix, languageId }: Pick<Cursor, 'linePrefix' | 'languageId'>,
): number {
  const marks = MARKS.exec(rest)?.[0] ?? '';
  for (let count = Math.min(marks.length, text.length); count > 0; count--) {
    const own = marks.slice(0, count);
    if (text.endsWith(own) && [...own].every((mark) => isAgain(mark, own, text, rest, linePrefix, languageId)))
      return count;
  }
  return 0;
}

function isAgain(
  mark: string,
  own: string,
  text: string,
  rest: string,
  linePrefix: string,
  languageId: string,
): boolean {
  if (QUOTES.has(mark)) return isInString(linePrefix, mark) && isOpen(withoutEscaped(text), mark);
  const begun = [...QUOTES].some((quote) => isInString(linePrefix, quote));
  const code = begun ? withoutEscaped(text) : withoutLiterals(text, languageId);
  if (unmatched(code, mark) < own.split(mark).length - 1) return false;
  // `if (f(║) {` still lacks one.
  return unmatched(rest, mark) >= open(withoutLiterals(linePrefix, languageId), mark);
}

/** How many of the closing `mark` have no partner before them. */
function unmatched(code: string, mark: string): number {
  let [depth, count] = [0, 0];
  for (const char of code) {
    if (char === OPENERS[mark]) depth++;
    else if (char === mark && depth > 0) depth--;
    else if (char === mark) count++;
  }
  return count;
}

/** How many brackets that `mark` closes are left open. */
function open(code: string, mark: string): number {
  let depth = 0;
  for (const char of code) {
    if (char === OPENERS[mark]) depth++;
    else if (char === mark && depth > 0) depth--;
  }
  return depth;
}
