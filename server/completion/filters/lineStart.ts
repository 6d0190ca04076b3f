import type { Filter } from '../suggestion.ts';

/** Shorter beginnings do recur in real lines: `i + i`. */
const LEAST_ECHO = 8;
/** After these the next line is indented further. */
const GOES_ON = /[([{:=,+\-*/&|?<>]$/;

/**
 * Removes a repeated beginning of the line: instruction-tuned bases write it again, and those whose tokens hold runs of blanks indent an
 * indented line once more.
 */
export const lineStart: Filter = (suggestion, { cursor }) => {
  const { linePrefix } = cursor;
  const written = linePrefix.trim();
  if (written === '') return linePrefix === '' ? suggestion : withoutIndent(suggestion, cursor.before);
  if (written.length < LEAST_ECHO) return suggestion;
  const text = suggestion.text.trimStart();
  if (!text.startsWith(written)) return suggestion;
  const rest = text.slice(written.length);
  return { ...suggestion, text: /\s$/.test(linePrefix) ? rest.trimStart() : rest };
};

/** `before` ends with the line's indentation. */
function withoutIndent<Suggestion extends { readonly text: string }>(
  suggestion: Suggestion,
  before: string,
): Suggestion {
  const blanks = /^[ \t]+(?=\S)/.exec(suggestion.text)?.[0];
  if (blanks === undefined || GOES_ON.test(before.trimEnd())) return suggestion;
  return { ...suggestion, text: suggestion.text.slice(blanks.length) };
}
