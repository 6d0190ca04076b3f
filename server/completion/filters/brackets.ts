/** Brackets and strings, found without a grammar: in unfinished code, opening and closing ones are never balanced. */

import type { Cursor } from '../cursor.ts';
import { type Begun, begunAt, replaceStrings } from './pythonStrings.ts';
import { regularExpressionIn, standingBefore } from './regularExpressions.ts';

export const OPENERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
export const QUOTES: ReadonlySet<string> = new Set(['"', "'", '`']);

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const LITERAL = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|`(?:\\.|[^`\\])*`/g;
const LITERAL_IN_ANY_QUOTES = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;
/** Languages with single-quoted strings. Elsewhere a single quote holds a character, or begins a lifetime, a word of prose or a comment. */
const SINGLE_QUOTED: ReadonlySet<string> = new Set([
  'astro',
  'coffeescript',
  'css',
  'dart',
  'groovy',
  'javascript',
  'javascriptreact',
  'less',
  'lua',
  'perl',
  'php',
  'powershell',
  'r',
  'ruby',
  'scss',
  'shellscript',
  'sql',
  'svelte',
  'toml',
  'typescript',
  'typescriptreact',
  'vue',
]);
const ESCAPED = /\\./g;
/** The beginning of a line whose rest follows a string: of it, only that a value ends it matters. */
export const BEHIND_STRING = 'x';

/**
 * `text` with strings and regular expressions blanked out: brackets in them close nothing. `linePrefix`: what its first line has before it.
 */
export function withoutLiterals(text: string, languageId: string, linePrefix = ''): string {
  return replaceLiterals(text, languageId, linePrefix, blanks);
}

function replaceLiterals(
  text: string,
  languageId: string,
  linePrefix: string,
  put: (literal: string) => string,
): string {
  if (languageId === 'python') return replaceStrings(text, put);
  const strings = SINGLE_QUOTED.has(languageId) ? LITERAL_IN_ANY_QUOTES : LITERAL;
  const regularExpression = regularExpressionIn(languageId);
  if (regularExpression === null || !text.includes('/')) return text.replace(strings, put);
  const standing = standingBefore(linePrefix);
  const either = new RegExp(`${strings.source}|${regularExpression}`, 'g');
  return (standing + text).replace(either, put).slice(standing.length);
}

/**
 * `text` with the contents of strings blanked out; the quotes stay. `begun`: the quote of the string that `text` begins in, '' for none,
 * behind `linePrefix`.
 */
export function withoutContents(text: string, languageId: string, begun: string, linePrefix: string): string {
  let end = 0;
  while (begun !== '' && end < text.length && text[end] !== begun) end += text[end] === '\\' ? 2 : 1;
  const from = begun === '' ? 0 : end + 1;
  const code = replaceLiterals(text.slice(from), languageId, begun === '' ? linePrefix : BEHIND_STRING, withMarks);
  return blanks(text.slice(0, end)) + text.slice(end, from) + withoutEscaped(code);
}

function withMarks(literal: string): string {
  return QUOTES.has(literal[0]!) ? literal[0] + blanks(literal.slice(2)) + literal[0] : blanks(literal);
}

export function withoutEscaped(text: string): string {
  return text.replace(ESCAPED, blanks);
}

export function blanks(text: string): string {
  return ' '.repeat(text.length);
}

/** Whether `code` leaves open what `mark` closes. */
export function isOpen(code: string, mark: string): boolean {
  return QUOTES.has(mark) ? code.split(mark).length % 2 === 0 : balanceOf(code, mark).open > 0;
}

/** How many brackets that `mark` closes `code` leaves open, and how many of the marks have no partner before them. */
export function balanceOf(code: string, mark: string): { readonly open: number; readonly unmatched: number } {
  let [open, unmatched] = [0, 0];
  for (const char of code) {
    if (char === OPENERS[mark]) open++;
    else if (char === mark && open > 0) open--;
    else if (char === mark) unmatched++;
  }
  return { open, unmatched };
}

/** What closes the innermost bracket that is open at the end of `code`; null if none is. */
function awaited(code: string): string | null {
  const closed: string[] = [];
  for (let at = code.length - 1; at >= 0; at--) {
    const char = code[at]!;
    if (char in OPENERS) closed.push(char);
    else if (char in CLOSERS && closed.pop() === undefined) return CLOSERS[char]!;
  }
  return null;
}

/** What closes the brackets that `code` leaves open, innermost first. */
export function leftOpen(code: string): string[] {
  const closing: string[] = [];
  for (const char of code) {
    if (char in CLOSERS) closing.unshift(CLOSERS[char]!);
    else if (char === closing[0]) closing.shift();
  }
  return closing;
}

const ANY_QUOTE = /["'`]/;
const DOUBLE_QUOTE = /["`]/;

/** The string that is open at the end of `linePrefix`: its quote, and its contents so far. null for none. Not for Python. */
export function openString(linePrefix: string, languageId: string): { quote: string; content: string } | null {
  const at = withoutLiterals(linePrefix, languageId).search(SINGLE_QUOTED.has(languageId) ? ANY_QUOTE : DOUBLE_QUOTE);
  return at < 0 ? null : { quote: linePrefix[at]!, content: linePrefix.slice(at + 1) };
}

/** How many brackets `code` closes that were opened before it. */
export function closedOutside(code: string): number {
  let [open, outside] = [0, 0];
  for (const char of code) {
    if (char in CLOSERS) open++;
    else if (char in OPENERS && open > 0) open--;
    else if (char in OPENERS) outside++;
  }
  return outside;
}

/** Whether a string with this quote is open at the end of `linePrefix`. */
export function isInString(linePrefix: string, quote: string): boolean {
  return isOpen(withoutEscaped(linePrefix), quote);
}

/** Whether the closing marks after the cursor close what is before it, not what is still to be written as in `x = ║);`. */
export function closesBefore(
  closers: string,
  { before, linePrefix, languageId }: Pick<Cursor, 'before' | 'linePrefix' | 'languageId'>,
): boolean {
  const marks = closers.trim();
  if (marks === '') return false;
  if (languageId === 'python') return closesInPython(marks, begunAt(before));
  if (QUOTES.has(marks[0]!)) return isInString(linePrefix, marks[0]!);
  const [line, all] = [linePrefix, before].map((text) => awaited(withoutLiterals(text, languageId)));
  return isFirstBracket(line ?? all ?? null, marks);
}

/** {@link closesBefore} for Python; what a string or comment opens is closed inside it. */
function closesInPython(marks: string, { mark, content, code }: Begun): boolean {
  if (!QUOTES.has(marks[0]!)) return isFirstBracket(awaited(content) ?? awaited(code), marks);
  const endsIt = mark !== '' && marks.startsWith(mark);
  return endsIt || isInString(content.slice(content.lastIndexOf('\n') + 1), marks[0]!);
}

/** Also true if `marks` has no bracket. */
function isFirstBracket(closer: string | null, marks: string): boolean {
  const first = [...marks].find((mark) => mark in OPENERS);
  return first === undefined || first === closer;
}
