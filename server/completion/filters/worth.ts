import type { Cursor } from '../cursor.ts';
import type { Filter, Suggestion } from '../suggestion.ts';
import { worthShowing } from '../worth.ts';

/**
 * Unasked, shows only what is worth reading; of a block too long for that, the first line. A line that was not worth it is shown as soon as
 * its beginning has been typed and the rest is; what was worth it stays while it is typed, since it has been read.
 */
export const worth: Filter = (suggestion, { writer, confidenceOf, lean, everything, cursor, typed }) => {
  if (everything) return suggestion;
  const worthIt = (begun: string, alone: boolean): string | null => {
    const text = begun + suggestion.text;
    return worthShowing({ writer, confidence: confidenceOf(begun, suggestion.text), text }, alone, lean);
  };
  if (typed !== '' && worthIt(typed, false) !== null) return suggestion;
  const text = worthIt('', standsAlone(suggestion, cursor));
  return text === null ? { dropped: 'not likely enough to be right' } : { ...suggestion, text };
};

/** Whether the first line can be shown alone: text after the cursor belongs after the last line of a suggestion. */
export function standsAlone(
  { replaceAfter }: Pick<Suggestion, 'replaceAfter'>,
  { lineRest }: Pick<Cursor, 'lineRest'>,
): boolean {
  return replaceAfter === 0 && lineRest.trim() === '';
}
