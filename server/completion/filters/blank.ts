import type { Filter } from '../suggestion.ts';

/** No blanks at the end, and nothing where nothing is left. */
export const blank: Filter = (suggestion, { cursor }) => {
  const trimmed = suggestion.text.replace(/\s+$/, '');
  // A blank the document has behind the cursor, or that the rest of the line needs, stays.
  const text =
    cursor.lineRest.trim() !== '' && suggestion.replaceAfter === 0 && !suggestion.text.includes('\n')
      ? suggestion.text
      : trimmed;
  return text.trim() === '' ? { dropped: 'nothing but blanks' } : { ...suggestion, text };
};
