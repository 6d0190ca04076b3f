import type { Filter } from '../suggestion.ts';

/** Strips trailing white space, and drops a suggestion of which nothing is left. */
export const blank: Filter = (suggestion, { cursor }) => {
  const trimmed = suggestion.text.trimEnd();
  if (trimmed.trim() === '') return { dropped: 'nothing but blanks' };
  const blanks = suggestion.text.slice(trimmed.length);
  const restFollows = cursor.lineRest.trim() !== '' && suggestion.replaceAfter === 0;
  return { ...suggestion, text: restFollows ? trimmed + beforeRest(blanks, cursor.lineRest) : trimmed };
};

/**
 * White space between the suggestion and the rest of the line stays unless the rest begins with some; of several line breaks, the last
 * stays.
 */
function beforeRest(blanks: string, rest: string): string {
  const lineBreak = blanks.lastIndexOf('\n');
  if (lineBreak >= 0) return blanks.slice(lineBreak);
  return /^\s/.test(rest) ? '' : blanks;
}
