import type { Filter } from '../suggestion.ts';

/** Shorter beginnings come twice in real lines: `i + i`. */
const LEAST_ECHO = 8;
/** Behind these a line goes on deeper than its own indentation. */
const GOES_ON = /[([{:=,+\-*/&|?<>]$/;

/**
 * The line's beginning stands there already: a base that was trained to follow instructions writes it again, and one whose tokens hold
 * runs of blanks indents a line that is indented further.
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

/** `before` ends in the blanks that the line is indented by. */
function withoutIndent<Suggestion extends { readonly text: string }>(
  suggestion: Suggestion,
  before: string,
): Suggestion {
  const blanks = /^[ \t]+(?=\S)/.exec(suggestion.text)?.[0];
  if (blanks === undefined || GOES_ON.test(before.trimEnd())) return suggestion;
  return { ...suggestion, text: suggestion.text.slice(blanks.length) };
}
