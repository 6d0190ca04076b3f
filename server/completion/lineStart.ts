/**
 * A repeated beginning of the line is taken off what a model writes: instruction-tuned bases write it again, and those whose tokens hold
 * runs of blanks indent an indented line once more. Done once, from the cursor that was asked at: anew with every typed character, it would
 * take the rest of a right indentation for a repeated one.
 */
import { type Cursor, indentWidth, lastLineOf } from './cursor.ts';

type Start = Pick<Cursor, 'linePrefix' | 'before'>;

/** Shorter beginnings do recur in real lines: `i + i`. */
const LEAST_ECHO = 8;
/** After these the next line is indented further. */
const GOES_ON = /[([{:=,+\-*/&|?<>]$/;
/** After these it is by one level. Not after a round one: arguments may lie deeper than the editor puts the cursor. */
const OPENS_BLOCK = /[[{:]$/;

/** Of a whole answer. */
export function withoutLineStart(text: string, { linePrefix, before }: Start): string {
  const written = linePrefix.trim();
  if (written === '') return linePrefix === '' || mayIndent(linePrefix, before) ? text : text.replace(INDENT, '');
  const begun = text.trimStart();
  if (written.length < LEAST_ECHO || !begun.startsWith(written)) return text;
  const rest = begun.slice(written.length);
  return /\s$/.test(linePrefix) ? rest.trimStart() : rest;
}

/** Of an answer still being written: '' as long as all of it may turn out to be a repeated beginning. */
export function soFarWithoutLineStart(text: string, start: Start): string {
  const written = start.linePrefix.trim();
  const begun = text.trimStart();
  const mayRepeat =
    written === ''
      ? start.linePrefix !== '' && begun === ''
      : written.length >= LEAST_ECHO && written.startsWith(begun);
  return mayRepeat && !text.includes('\n') ? '' : withoutLineStart(text, start);
}

const INDENT = /^[ \t]+(?=\S)/;

/** Whether the cursor's line, blank so far, may lie deeper than the cursor. */
function mayIndent(linePrefix: string, before: string): boolean {
  const above = lastLineOf(before.trimEnd());
  return GOES_ON.test(above) && !(OPENS_BLOCK.test(above) && indentWidth(linePrefix) > indentWidth(above));
}
