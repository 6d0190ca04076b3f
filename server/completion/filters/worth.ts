import type { Cursor } from '../cursor.ts';
import type { Filter, Suggestion } from '../suggestion.ts';
import { worthShowing } from '../worth.ts';

/**
 * Unasked, only what is worth reading; of a block that is too long for that, its first line. Who types the beginning of a line that was not
 * is shown the rest as soon as that is.
 */
export const worth: Filter = (suggestion, { writer, confidence, lean, everything, cursor }) => {
  if (everything) return suggestion;
  const text = worthShowing({ writer, confidence, text: suggestion.text }, standsAlone(suggestion, cursor), lean);
  return text === null ? { dropped: 'not likely enough to be right' } : { ...suggestion, text };
};

/** What stands behind the cursor goes on after the last line of a suggestion, which its first one must not take the place of. */
export function standsAlone(
  { replaceAfter }: Pick<Suggestion, 'replaceAfter'>,
  { lineRest }: Pick<Cursor, 'lineRest'>,
): boolean {
  return replaceAfter === 0 && lineRest.trim() === '';
}
