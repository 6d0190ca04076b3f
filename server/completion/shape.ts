import { type Cursor, indentWidth } from './cursor.ts';
import type { Shape } from './suggestion.ts';

/** Behind these at a line's end comes an indented block. */
const OPENERS = /(?:[{([]|=>|->)\s*$/;
const COLON_LANGUAGES = new Set(['python']);

/** A block where one has just been opened and is still empty, the rest of the line everywhere else. */
export function shapeAt(cursor: Cursor, closers: string): Shape {
  if (cursor.lineRest.trim() !== closers.trim()) return 'line';
  const opensBlock = (line: string): boolean =>
    OPENERS.test(line) || (COLON_LANGUAGES.has(cursor.languageId) && /:\s*$/.test(line));
  if (cursor.linePrefix.trim() !== '') return opensBlock(cursor.linePrefix) && closers.trim() === '' ? 'block' : 'line';
  const above = cursor.before.slice(0, cursor.before.length - cursor.linePrefix.length).trimEnd();
  if (!opensBlock(above)) return 'line';
  // Something at this depth below: the block has content, the user adds one line to it.
  const below = cursor.after
    .slice(cursor.lineRest.length)
    .split('\n')
    .find((line) => line.trim() !== '');
  return below !== undefined && indentWidth(below) >= indentWidth(cursor.linePrefix) && !/^\s*[)\]}]/.test(below)
    ? 'line'
    : 'block';
}
