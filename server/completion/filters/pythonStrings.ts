/** Strings and comments of Python, told without a grammar: the apostrophe of "it's" in a docstring or a comment begins no string. */
import { parsedBefore } from '../parsedBefore.ts';

/** A string, also one that goes on behind the text, or a comment. */
const LITERAL =
  /"""(?:[^"\\]|\\[\s\S]|"(?!""))*(?:"""|\\?$)|'''(?:[^'\\]|\\[\s\S]|'(?!''))*(?:'''|\\?$)|"(?:[^"\\\n]|\\[\s\S])*(?:"|\\?$)|'(?:[^'\\\n]|\\[\s\S])*(?:'|\\?$)|#[^\n]*/g;
const MARK = /^(?:"""|'''|["'#])/;

/** With `put` in the place of each string and comment; one in single marks that does not end may be none. */
export function replaceStrings(text: string, put: (literal: string) => string): string {
  return text.replace(LITERAL, (literal) => (markOf(literal).length > 1 || isWhole(literal) ? put(literal) : literal));
}

/** What a cursor is in. */
export interface Begun {
  /** Of the string that has begun: `"`, `'`, or three of them; `#` in a comment, '' in code. */
  readonly mark: string;
  /** What it holds up to the cursor. */
  readonly content: string;
  /** What stands before the cursor, with blanks in the place of strings and comments. */
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

/** Where a string of this mark ends in what goes on with it; -1 where it does not. */
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
