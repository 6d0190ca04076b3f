import type { Filter } from '../suggestion.ts';
import { isWorthShowing } from '../worth.ts';

/** Unasked, only what is worth reading. Who types the beginning of a line that was not is shown the rest as soon as that is. */
export const worth: Filter = (suggestion, { writer, confidence, lean, everything }) =>
  everything || isWorthShowing({ writer, confidence, text: suggestion.text }, lean)
    ? suggestion
    : { dropped: 'not likely enough to be right' };
