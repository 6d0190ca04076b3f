/** Brackets and strings, told without a grammar: in what is being written there are never as many of one kind as of the other. */

import type { Cursor } from '../cursor.ts';

export const OPENERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
export const QUOTES: ReadonlySet<string> = new Set(['"', "'", '`']);

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const LITERAL = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|`(?:\\.|[^`\\])*`/g;
const ESCAPED = /\\./g;

/** Blanks in the place of strings: brackets in them close nothing. */
export function withoutLiterals(text: string): string {
  return text.replace(LITERAL, blanks);
}

export function withoutEscaped(text: string): string {
  return text.replace(ESCAPED, blanks);
}

function blanks(text: string): string {
  return ' '.repeat(text.length);
}

/** Whether `code` has opened what `mark` closes and not closed it again. */
export function isOpen(code: string, mark: string): boolean {
  if (QUOTES.has(mark)) return code.split(mark).length % 2 === 0;
  let depth = 0;
  for (const char of code) {
    if (char === OPENERS[mark]) depth++;
    else if (char === mark && depth > 0) depth--;
  }
  return depth > 0;
}

/** What closes the bracket that was opened last before the cursor and is still open; null where none is. */
export function awaited(before: string): string | null {
  const code = withoutLiterals(before);
  const closed: string[] = [];
  for (let at = code.length - 1; at >= 0; at--) {
    const char = code[at]!;
    if (char in OPENERS) closed.push(char);
    else if (char in CLOSERS && closed.pop() === undefined) return CLOSERS[char]!;
  }
  return null;
}

/** What closes the brackets that `code` leaves open, the last one first. */
export function leftOpen(code: string): string[] {
  const closing: string[] = [];
  for (const char of code) {
    if (char in CLOSERS) closing.unshift(CLOSERS[char]!);
    else if (char === closing[0]) closing.shift();
  }
  return closing;
}

/** Whether the closing marks behind the cursor close what stands before it, and not what is to be written: `x = ║);`. */
export function closesBefore(closers: string, { before, linePrefix }: Pick<Cursor, 'before' | 'linePrefix'>): boolean {
  const marks = closers.trim();
  if (marks === '') return false;
  if (QUOTES.has(marks[0]!)) return isOpen(withoutEscaped(linePrefix), marks[0]!);
  const bracket = [...marks].find((mark) => mark in OPENERS);
  return bracket === undefined || (awaited(linePrefix) ?? awaited(before)) === bracket;
}
