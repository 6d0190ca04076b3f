import type { Cursor } from '../cursor.ts';
import type { Filter, Suggestion } from '../suggestion.ts';
import { worthShowing } from '../worth.ts';

/**
 * Unasked, shows only what is worth reading; of a block too long for that, the first line. A line that was not worth it is shown as soon as
 * its beginning has been typed and the rest is.
 */
export const worth: Filter = (suggestion, { writer, confidence, lean, everything, cursor }) => {
  if (everything) return suggestion;
  const text = worthShowing({ writer, confidence, text: suggestion.text }, standsAlone(suggestion, cursor), lean);
  return text === null ? { dropped: 'not likely enough to be right' } : { ...suggestion, text };
};

/** Whether the first line can be shown alone: text after the cursor belongs after the last line of a suggestion. */
export function standsAlone(
  { replaceAfter }: Pick<Suggestion, 'replaceAfter'>,
  { lineRest }: Pick<Cursor, 'lineRest'>,
): boolean {
  return replaceAfter === 0 && lineRest.trim() === '';
}
