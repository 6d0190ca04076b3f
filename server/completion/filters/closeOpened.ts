import type { Filter } from '../suggestion.ts';
import { closesBefore, leftOpen, OPENERS, withoutLiterals } from './brackets.ts';

const OPENS_AT_END = /[([{]$/;

/**
 * A line that ends by opening something, before a bracket that the document closes already: `() => {` in `f(║)`. What it opened is closed
 * behind the cursor, as an editor does for whoever types it, and the next suggestion is what goes between.
 */
export const closeOpened: Filter = (suggestion, { cursor, closers }) => {
  const mark = closers.trim()[0] ?? '';
  const text = suggestion.text.trimEnd();
  if (!(mark in OPENERS) || suggestion.replaceAfter > 0 || text.includes('\n') || !OPENS_AT_END.test(text))
    return suggestion;
  const opened = leftOpen(withoutLiterals(text));
  // `x = ║);` waits for a call, whose bracket is the document's to close.
  const awaitedAt = closesBefore(closers, cursor) ? -1 : opened.indexOf(mark);
  const closing = opened.slice(0, awaitedAt < 0 ? undefined : awaitedAt).join('');
  return closing === '' ? suggestion : { ...suggestion, text: text + closing, caretBack: closing.length };
};
