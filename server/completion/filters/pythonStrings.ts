/** Python strings and comments, found without a grammar: the apostrophe of "it's" in a docstring or a comment begins no string. */
import { parsedBefore } from '../parsedBefore.ts';

/** A string, possibly unfinished, or a comment. */
const LITERAL =
  /"""(?:[^"\\]|\\[\s\S]|"(?!""))*(?:"""|\\?$)|'''(?:[^'\\]|\\[\s\S]|'(?!''))*(?:'''|\\?$)|"(?:[^"\\\n]|\\[\s\S])*(?:"|\\?$)|'(?:[^'\\\n]|\\[\s\S])*(?:'|\\?$)|#[^\n]*/g;
const MARK = /^(?:"""|'''|["'#])/;

/** Replaces each string and comment by `put` of it; an unfinished single-quoted one may not be a string. */
export function replaceStrings(text: string, put: (literal: string) => string): string {
  return text.replace(LITERAL, (literal) => (markOf(literal).length > 1 || isWhole(literal) ? put(literal) : literal));
}

/** What a cursor is in. */
export interface Begun {
  /** Quote of the open string: `"`, `'`, or three of them; `#` in a comment, '' in code. */
  readonly mark: string;
  /** Its contents up to the cursor. */
  readonly content: string;
  /** The text before the cursor, with strings and comments blanked out. */
  readonly code: string;
}

export function begunAt(before: string): Begun {
  const text = parsedBefore(before);
  let last = '';
  const code = text.replace(LITERAL, (literal, at: number) => {
    if (at + literal.length === text.length) last = literal;
    return ' '.repeat(literal.length);
  });
  const mark = markOf(last);
  const goesOn = mark === '#' || (mark !== '' && !isWhole(last));
  return goesOn ? { mark, content: last.slice(mark.length), code } : { mark: '', content: '', code };
}

/** Where an open string with this quote ends in `text`; -1 if it does not. */
export function endOfString(text: string, mark: string): number {
  for (let at = 0; at < text.length && (mark.length > 1 || text[at] !== '\n'); at += text[at] === '\\' ? 2 : 1)
    if (text.startsWith(mark, at)) return at;
  return -1;
}

function isWhole(literal: string): boolean {
  const mark = markOf(literal);
  return mark === '#' || endOfString(literal.slice(mark.length), mark) >= 0;
}

function markOf(literal: string): string {
  return MARK.exec(literal)?.[0] ?? '';
}
