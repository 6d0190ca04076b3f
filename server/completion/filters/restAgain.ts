import type { Zone } from '../../languages/syntax.ts';
import { closersBehind } from '../../prompt/windows.ts';
import type { Cursor } from '../cursor.ts';
import { parsedBefore } from '../parsedBefore.ts';
import { BEHIND_UNITS } from '../shape.ts';
import type { Filter } from '../suggestion.ts';
import {
  BEHIND_STRING,
  balanceOf,
  isOpen,
  leftOpen,
  OPENERS,
  openString,
  withoutEscaped,
  withoutLiterals,
} from './brackets.ts';
import { begunAt, endOfString } from './pythonStrings.ts';

/** A common beginning with fewer characters, blanks left out, is chance. */
const LEAST_SHARED = 6;
/** In a list, the next item may well begin as the one behind it. */
const LEAST_SHARED_IN_LIST = 10;
/** A line has only one of these outside brackets, if any. */
const ONCE = /^\s*(=>|->|:=|[-+*/%|&^?]+=|=(?!=)|:(?=\s|$))/;
const OPERATOR = /=>|->|:=|::|[-+*/%|&^?]+=|[=!<>]=+|[=?]|:(?=\s|$)/g;
/** Of two values, the second of which goes on: with blanks around it, as no generics have. */
const COMPARED = /^\s*(?:[=!]==?|[<>]=?)\s/;
const COMPARISON = /\s(?:[=!]==?|[<>]=?)(?=\s)/g;
/** Behind one of these another comparison may follow. */
const JOINS = /&&|\|\||\?|=>|,|;|\b(?:and|or|if|else)\b/;
/** A body, or the end of a statement or an item. */
const GOES_ON_TO = /[{:;,]$/;
/** Of what is no division, decrement or attribute. */
const COMMENT = /^\s*(\/\/|\/\*|(?:#|--)(?=[\s!]))/;
const WORD_CHARACTER = /\w/;
const ENDS_VALUE = /["'`)\]]$/;
const BEGINS_VALUE = /^["'`\w]/;

/**
 * Before code on the same line, ends a suggestion where it begins to write that code anew: where it closes a string or bracket that the rest
 * of the line closes, or goes on as the rest begins. The model sees the rest, but often writes a whole line of its own:
 * `if (║ != null) add("b")` became `if (a != null) add("a") != null) add("b")`.
 */
export const restAgain: Filter = (suggestion, { cursor, syntax }) => {
  const { text, replaceAfter } = suggestion;
  const rest = cursor.lineRest.slice(replaceAfter).trimEnd();
  if (text.includes('\n') || closersBehind(rest).length === rest.length) return suggestion;
  const zone = syntax?.zone(parsedBefore(cursor.before), cursor.after.slice(0, BEHIND_UNITS)) ?? null;
  const quote = openQuote(cursor, rest, zone);
  if (quote !== null) {
    const end = endOfString(text, quote);
    return end < 0 ? suggestion : { ...suggestion, text: text.slice(0, end) };
  }
  const isCode = zone === null || zone === 'code';
  const code = withoutLiterals(text, cursor.languageId, cursor.linePrefix);
  const restCode = withoutLiterals(rest, cursor.languageId, BEHIND_STRING);
  const ends = [sharedAt(text, rest)];
  if (isCode) {
    ends.push(closedAt(code, restCode, cursor), operatorAt(code, restCode), calledAt(code, restCode));
    ends.push(comparedAt(code, restCode));
    ends.push(commentAt(text, code, rest, cursor));
  }
  const end = Math.min(...ends.filter((at) => at >= 0), text.length);
  const kept = text.slice(0, end);
  if (end < text.length && kept.trim() === '') return { dropped: 'repeats the rest of the line' };
  // Two values side by side: the model meant the second one to be gone.
  if (isCode && ENDS_VALUE.test(kept) && BEGINS_VALUE.test(rest)) return { dropped: 'repeats the rest of the line' };
  return end < text.length ? { ...suggestion, text: kept } : suggestion;
};

/** The quote of the string at the cursor, if the rest of the line closes it; else null. `zone`: null if unknown. */
function openQuote({ linePrefix, languageId, before }: Cursor, rest: string, zone: Zone | null): string | null {
  const isPython = languageId === 'python';
  // An apostrophe in a comment or between tags begins no string.
  if (!isPython && zone !== null && zone !== 'string') return null;
  const mark = isPython ? begunAt(before).mark : openString(linePrefix, languageId)?.quote;
  if (mark === undefined || mark === '' || mark === '#') return null;
  const isClosed = mark.length > 1 ? rest.includes(mark) : isOpen(withoutEscaped(rest), mark);
  return isClosed ? mark : null;
}

/** Where `code` closes a bracket that the rest of the line closes, which leaves one too many; -1 if it does not. */
function closedAt(code: string, rest: string, { linePrefix, languageId }: Cursor): number {
  const line = withoutLiterals(linePrefix, languageId);
  const unmatched = (text: string, mark: string): number => balanceOf(text, mark).unmatched;
  const again = Object.keys(OPENERS).filter(
    (mark) => unmatched(rest, mark) > 0 && unmatched(line + code + rest, mark) > unmatched(line + rest, mark),
  );
  return [...code].findIndex((char, at) => again.includes(char) && !isOpen(code.slice(0, at), char));
}

/** Where `text` goes on as `rest` begins, with the blanks before it; -1 if it does not. */
function sharedAt(text: string, rest: string): number {
  const begun = rest.trimStart();
  const inList = begun.startsWith(',');
  for (let at = text.indexOf(begun[0]!); at >= 0; at = text.indexOf(begun[0]!, at + 1)) {
    if (WORD_CHARACTER.test(begun[0]!) && WORD_CHARACTER.test(text[at - 1] ?? '')) continue;
    let length = 0;
    while (length < begun.length && text[at + length] === begun[length]) length++;
    // `.statement` and `.state.value` share no word.
    const apart = WORD_CHARACTER.test(text[at + length] ?? '') || WORD_CHARACTER.test(begun[length] ?? '');
    const common = apart ? begun.slice(0, length).replace(/\w+$/, '') : begun.slice(0, length);
    const shared = common.replace(/\s/g, '').length;
    const start = text.slice(0, at).trimEnd().length;
    if (shared >= (inList ? LEAST_SHARED_IN_LIST : LEAST_SHARED) && !(inList && start === 0)) return start;
  }
  return -1;
}

/** Where `code` has the operator that `rest` begins with, of those that a line has once; -1 if it has not. */
function operatorAt(code: string, rest: string): number {
  const operator = ONCE.exec(rest)?.[1];
  if (operator === undefined) return -1;
  let depth = 0;
  let last = 0;
  for (const found of code.matchAll(OPERATOR)) {
    for (const char of code.slice(last, found.index))
      depth += Number('([{'.includes(char)) - Number(')]}'.includes(char));
    last = found.index;
    if (depth === 0 && found[0] === '?') return -1;
    if (depth === 0 && found[0] === operator) return code.slice(0, last).trimEnd().length;
  }
  return -1;
}

/** Where `code` compares what `rest` goes on to compare: `if (a║ == b)` is no place for `Err != null`; -1 if it does not. */
function comparedAt(code: string, rest: string): number {
  if (!COMPARED.test(rest)) return -1;
  const at =
    [...code.matchAll(COMPARISON)].findLast(({ index }) => leftOpen(code.slice(0, index)).length === 0)?.index ?? -1;
  return at < 0 || JOINS.test(code.slice(at)) ? -1 : code.slice(0, at).trimEnd().length;
}

/**
 * Where the arguments begin that `code` ends with, before those in `rest`, or the parameters of the body or statement that both go on to;
 * -1 if it has none.
 */
function calledAt(code: string, rest: string): number {
  if (!rest.startsWith('(')) return -1;
  if (GOES_ON_TO.test(code) && rest.endsWith(code.at(-1)!))
    return [...code].findIndex((char, at) => char === '(' && leftOpen(code.slice(0, at)).length === 0);
  if (!code.endsWith(')')) return -1;
  let depth = 0;
  for (let at = code.length - 1; at >= 0; at--) {
    if (code[at] === ')') depth++;
    else if (code[at] === '(' && --depth === 0) return at;
  }
  return -1;
}

/** Where `text` begins a comment, before the one in `rest`; -1 if it begins none, or `rest` is none. `code`: `text` without literals. */
function commentAt(text: string, code: string, rest: string, { languageId, linePrefix }: Cursor): number {
  const mark = COMMENT.exec(rest)?.[1];
  if (mark === undefined) return -1;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    // Python's comments are literals.
    const begins =
      languageId === 'python' ? begunAt(linePrefix + text.slice(0, at + 1)).mark === '#' : code[at] !== ' ';
    if (begins) return text.slice(0, at).trimEnd().length;
  }
  return -1;
}
