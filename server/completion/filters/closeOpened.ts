import { parsedBefore } from '../parsedBefore.ts';
import type { Filter, FilterInput } from '../suggestion.ts';
import { BEHIND_STRING, closedOutside, closesBefore, leftOpen, OPENERS, QUOTES, withoutLiterals } from './brackets.ts';
import { endOfString } from './pythonStrings.ts';

const OPENS_AT_END = /[([{]$/;
/** The cursor is in a string that the document has closed. */
const BEGUN = /"""|'''|["'`]/;
/** Of any length. */
const IN_SINGLE_QUOTES = /'(?:\\.|[^'\\\n])*'/g;

/**
 * A line that ends with an opening bracket, before one that the document has closed already: `() => {` in `f(║)`. What it opened is closed
 * after the cursor, as an editor does while typing, and the next suggestion fills the gap.
 */
export const closeOpened: Filter = (suggestion, input) => {
  const { cursor, closers } = input;
  const { replaceAfter } = suggestion;
  const mark = closers.slice(replaceAfter).trim()[0] ?? '';
  const text = suggestion.text.trimEnd();
  if (!(mark in OPENERS) || text.includes('\n') || !OPENS_AT_END.test(text)) return suggestion;
  const closesOurs = closesBefore(closers, cursor);
  if (replaceAfter > 0 && !closesOurs) return suggestion;
  const opened = openedBy(text, closers.slice(0, replaceAfter), closers.slice(replaceAfter), input);
  // `x = ║);` waits for a call whose bracket the document closes: in `f(g(`, the outer one.
  const marks = brackets(closers);
  const awaitedAt = closesOurs
    ? -1
    : opened.findIndex((_, at) => opened.slice(at).every((each, i) => each === marks[i]));
  const closing = opened.slice(0, awaitedAt < 0 ? undefined : awaitedAt).join('');
  return closing === '' ? suggestion : { ...suggestion, text: text + closing, caretBack: closing.length };
};

/**
 * What closes the brackets that `text` opens behind the marks it replaces, less what the marks `left` behind it close; empty if it may end
 * in a string or a comment.
 */
function openedBy(text: string, replaced: string, left: string, { cursor, syntax }: FilterInput): string[] {
  const quote = BEGUN.exec(replaced)?.[0] ?? '';
  // In Rust, a lifetime's quote begins no string.
  const single = cursor.languageId === 'rust' ? /'/g : IN_SINGLE_QUOTES;
  const linePrefix = quote === '' ? cursor.linePrefix : BEHIND_STRING;
  const code = withoutLiterals(behindBegun(text, quote), cursor.languageId, linePrefix).replace(single, '');
  if ([...code].some((char) => QUOTES.has(char))) return [];
  const opened = leftOpen(code);
  const outside = closedOutside(code);
  const behind = syntax?.lineStarts(parsedBefore(cursor.before), `${text}\n`)?.at(-1);
  if (behind !== undefined && (behind.inText || behind.depth !== opened.length - outside)) return [];
  // Where the text closes more than it replaces, the document's marks close what it opens instead: `[a])(b, () => {` in `f([║])`.
  const instead = outside - brackets(behindBegun(replaced, quote)).length;
  const kept = opened.slice(0, opened.length - Math.max(0, instead));
  return kept.concat(brackets(left).slice(0, instead)).join() === opened.join() ? kept : [];
}

function brackets(marks: string): string[] {
  return [...marks].filter((char) => char in OPENERS);
}

/** `text` without the rest of the string that it begins in; `quote`: '' for none. */
function behindBegun(text: string, quote: string): string {
  return quote === '' ? text : text.slice(endOfString(text, quote) + quote.length);
}
