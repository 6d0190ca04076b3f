import type { SyntaxReader } from '../languages/syntax.ts';
import { type Cursor, indentWidth, lastLineOf } from './cursor.ts';
import { blockWordsOf } from './keywordBlocks.ts';
import { PARSED_UNITS, parsedBefore } from './parsedBefore.ts';
import type { Shape } from './suggestion.ts';

/** At the end of a line, these introduce an indented block. */
const OPENERS = /(?:[{([]|=>|->)\s*$/;
const OPENED = /([([{])[ \t]*$/;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const BROKEN = /^[ \t]*\n/;
const COLON_LANGUAGES = new Set(['python']);
/** Of the text after the cursor. */
export const BEHIND_UNITS = PARSED_UNITS / 4;

/** A block where one has just been opened and is still empty, the rest of the line everywhere else. */
export function shapeAt(cursor: Cursor, closers: string, syntax: SyntaxReader | null): Shape {
  if (cursor.lineRest.trim() !== closers.trim()) return 'line';
  return opensBlock(cursor, closers) && isInCode(cursor, syntax) ? 'block' : 'line';
}

/**
 * Whether the cursor is where `f(║)`, `[║].map(b)` and `if (a) {║} else {` are: mostly a value follows, or nothing, and where the model breaks
 * the line instead, several on lines of their own, a block.
 */
export function mayBreak(cursor: Cursor, syntax: SyntaxReader | null): boolean {
  const opened = OPENED.exec(cursor.linePrefix)?.[1];
  if (opened === undefined || !cursor.lineRest.trimStart().startsWith(CLOSING[opened]!)) return false;
  return isInCode(cursor, syntax);
}

/** Whether `text`, behind `f(`, breaks the line first. */
export function breaksLine(text: string): boolean {
  return BROKEN.test(text);
}

function isInCode({ before, after }: Cursor, syntax: SyntaxReader | null): boolean {
  return (syntax?.zone(parsedBefore(before), after.slice(0, BEHIND_UNITS)) ?? 'code') === 'code';
}

function opensBlock(cursor: Cursor, closers: string): boolean {
  const words = blockWordsOf(cursor.languageId);
  const opens = (line: string): boolean =>
    OPENERS.test(line) || (COLON_LANGUAGES.has(cursor.languageId) && /:\s*$/.test(line));
  if (cursor.linePrefix.trim() !== '') {
    const opened = opens(cursor.linePrefix) || words?.opened.test(cursor.linePrefix) === true;
    // `f(║)` and `[║]` expect a value, `{║}` a body.
    return opened && (closers.trim() === '' || /\{\s*$/.test(cursor.linePrefix));
  }
  const above = cursor.before.slice(0, cursor.before.length - cursor.linePrefix.length).trimEnd();
  if (!opens(above) && !words?.opens.test(lastLineOf(above))) return false;
  // A line at this depth below: the block has content, and the user adds one line to it.
  const below = cursor.after
    .slice(cursor.lineRest.length)
    .split('\n')
    .find((line) => line.trim() !== '');
  if (below === undefined || indentWidth(below) < indentWidth(cursor.linePrefix)) return true;
  return /^\s*[)\]}]/.test(below) || words?.closes.test(below) === true || words?.divides.test(below) === true;
}
