import type { SyntaxReader } from '../../languages/syntax.ts';
import { type Cursor, indentOf } from '../cursor.ts';
import { parsedBefore } from '../parsedBefore.ts';
import { BEHIND_UNITS, breaksLine } from '../shape.ts';
import type { Filter } from '../suggestion.ts';
import {
  BEHIND_STRING,
  blanks,
  isInString,
  isOpen,
  leftOpen,
  OPENERS,
  openString,
  QUOTES,
  withoutContents,
  withoutEscaped,
  withoutLiterals,
} from './brackets.ts';
import { begunAt, endOfString } from './pythonStrings.ts';

/** Quotes of multi-line strings: one mark, not three. */
const LONG_QUOTE = /^(?:"""|''')/;
/** In Python docstrings (reStructuredText) these introduce a literal block. */
const ANNOUNCES = '::';
const ANNOUNCED = /::(?=\n)/;
const QUOTE = /["'`]/;
/** The cursor is in the code of a template literal. */
const INTERPOLATED = /\$\{[^}]*$/;
const ONLY_CLOSING = /^[)\]};,]*$/;
const CLOSES = /^\s*[)\]}]/;
/** What ends a statement or an item ends the brackets in it too. */
const ENDS_MORE = /[;,]$/;

/**
 * There are closing marks after the cursor and the model wrote its own: those at the suggestion's end are dropped, and those in its middle
 * replace as many of the document's.
 */
export const matchClosers: Filter = (suggestion, { closers, cursor, syntax }) => {
  const marks = closers.trim();
  const { text } = suggestion;
  if (marks === '') return { ...suggestion, text: beforeCloser(text, cursor) };
  const { text: kept, replaced } = isProse(text, cursor, syntax)
    ? matchedByCode(withoutEscaped(text), text, marks)
    : matched(text, marks, cursor);
  if (replaced > 0) return { text: kept, replaceAfter: closers.indexOf(marks) + replaced };
  if (kept !== text) return { ...suggestion, text: kept };
  // An unclosed body put between two brackets: the closing one gets its own line.
  if ((marks.startsWith('}') || (marks[0]! in OPENERS && breaksLine(text))) && /\n.*\S$/.test(text))
    return { ...suggestion, text: `${text}\n${indentOf(cursor.linePrefix)}` };
  return suggestion;
};

/**
 * Lines before a closing bracket with more behind it, as in `{║} else {`, end on the line of that bracket, which the model may have written
 * too; other texts stay.
 */
function beforeCloser(text: string, { linePrefix, lineRest }: Cursor): string {
  if (!breaksLine(text) || !CLOSES.test(lineRest)) return text;
  const indent = indentOf(linePrefix);
  const lines = text.trimEnd().split('\n');
  const last = lines.at(-1)!;
  if (CLOSES.test(last) && indentOf(last) === indent) lines.pop();
  return `${lines.join('\n')}\n${indent}`;
}

/** Whether quotes in `text` hold no strings: it goes on in a comment. Python's comments are found without a grammar. */
function isProse(text: string, { languageId, before, after }: Cursor, syntax: SyntaxReader | null): boolean {
  if (languageId === 'python' || syntax === null || !QUOTE.test(text)) return false;
  return syntax.zone(parsedBefore(before), after.slice(0, BEHIND_UNITS)) === 'comment';
}

/** The part of a text that is kept, and how many of the marks it replaces. */
interface Matched {
  readonly text: string;
  readonly replaced: number;
}

function matched(text: string, marks: string, cursor: Cursor): Matched {
  if (marks === '') return { text, replaced: 0 };
  if (marks === ANNOUNCES)
    return ANNOUNCED.test(text) ? { text, replaced: marks.length } : { text: text.replace(/:+$/, ''), replaced: 0 };
  if (cursor.languageId === 'python') {
    const { mark, content } = begunAt(cursor.before);
    // The model may be completing the quote itself.
    if (mark !== '' && (content !== '' || !text.startsWith(mark + mark)))
      return matchedInString(mark, content, text, marks, cursor);
  }
  const long = LONG_QUOTE.exec(marks)?.[0];
  if (long !== undefined) return matchedBehind(long, text, marks, cursor);
  const { languageId, linePrefix } = cursor;
  const first = marks[0]!;
  const begun = QUOTES.has(first) ? null : openString(linePrefix, languageId);
  if (begun !== null && marks.includes(begun.quote) && !INTERPOLATED.test(begun.content))
    return matchedInString(begun.quote, begun.content, text, marks, cursor);
  const code = QUOTES.has(first)
    ? withoutContents(text, languageId, isInString(linePrefix, first) ? first : '', linePrefix)
    : withoutLiterals(text, languageId, linePrefix);
  return matchedByCode(code, text, marks);
}

/** `code`: `text` with everything that closes nothing blanked out. */
function matchedByCode(code: string, text: string, marks: string): Matched {
  const closed = closedIn(code, marks);
  // With fewer marks than it has closed, those at its end belong to its continuation: `d['k'] = 'v'`.
  for (let length = marks.length; length > 0 && length >= closed; length--) {
    const own = marks.slice(0, length);
    const brackets = [...own].filter((mark) => mark in OPENERS).join('');
    if (endsUnmatched(code, own) && closedIn(code.slice(0, -length), brackets) === 0)
      return { text: text.slice(0, -length), replaced: 0 };
  }
  // Some of the document's marks close what only the text opens: `a, g());` before `));`.
  const isWhole = closed > 0 && ENDS_MORE.test(marks) && code.endsWith(marks) && isUnmatched(code, code.length - 1);
  return { text, replaced: isWhole ? marks.length : closed };
}

/** The same where the first mark ends a multi-line string. */
function matchedBehind(long: string, text: string, marks: string, cursor: Cursor): Matched {
  const end = text.indexOf(long);
  if (end < 0) return { text, replaced: 0 };
  const behind = end + long.length;
  const rest = matched(text.slice(behind), marks.slice(long.length), {
    ...cursor,
    linePrefix: BEHIND_STRING,
    before: '',
  });
  if (rest.text.trim() === '' && rest.replaced === 0) return { text: text.slice(0, end), replaced: 0 };
  return { text: text.slice(0, behind) + rest.text, replaced: long.length + rest.replaced };
}

/**
 * The same in a string, or a Python comment, that began with `mark` and holds `content` so far: marks inside it match what it contains, marks after it the code around.
 */
function matchedInString(mark: string, content: string, text: string, marks: string, cursor: Cursor): Matched {
  const inside = withoutEscaped(text);
  const end = mark === '#' ? -1 : endOfString(text, mark);
  const at = mark === '#' ? -1 : marks.indexOf(mark);
  if (end < 0) return matchedByCode(inside, text, at < 0 ? marks : marks.slice(0, at));
  const behind = end + mark.length;
  if (at < 0) {
    const bracket = [...marks].find((each) => each in OPENERS);
    if (bracket !== undefined && isOpen(withoutEscaped(content), bracket)) return matchedByCode(inside, text, marks);
    // The document ends the string further down, or not at all: then the marks belong to the code.
    const held = mark.length > 1 ? inside.slice(0, end) : blanks(inside.slice(0, end));
    return matchedByCode(
      held + mark + withoutLiterals(text.slice(behind), cursor.languageId, BEHIND_STRING),
      text,
      marks,
    );
  }
  const rest = matched(text.slice(behind), marks.slice(at + mark.length), {
    ...cursor,
    linePrefix: BEHIND_STRING,
    before: '',
  });
  if (rest.text.trim() === '' && rest.replaced === 0)
    return matchedByCode(inside.slice(0, end), text.slice(0, end), marks.slice(0, at));
  return { text: text.slice(0, behind) + rest.text, replaced: at + mark.length + rest.replaced };
}

/** Whether `code` ends with `marks`, none of which closes something that `code` itself opened. */
function endsUnmatched(code: string, marks: string): boolean {
  const start = code.length - marks.length;
  return code.endsWith(marks) && [...marks].every((_, i) => isUnmatched(code, start + i));
}

/** How many of `marks`, counted from the first, `code` closes. */
function closedIn(code: string, marks: string): number {
  const places: number[] = [];
  for (let at = 0; at < code.length && places.length < marks.length; at++)
    if (code[at] === marks[places.length] && isUnmatched(code, at)) places.push(at);
  return places.length - openedAgain(code.slice((places.at(-1) ?? -1) + 1), marks.slice(0, places.length));
}

/** How many of the last of `marks` close what `code`, which comes after them, leaves open: the document's are to do that. */
function openedAgain(code: string, marks: string): number {
  const left = [...leftOpen(code), ...[...QUOTES].filter((quote) => isOpen(code, quote))];
  let count = 0;
  for (const mark of [...marks].reverse()) {
    const at = left.indexOf(mark);
    if (at < 0) break;
    left.splice(at, 1);
    count++;
  }
  return count;
}

/** Whether the mark at `index` has no partner before it in `code`; for a mark that never has one, whether it stands for the document's. */
function isUnmatched(code: string, index: number): boolean {
  const mark = code[index]!;
  if (QUOTES.has(mark)) return !isOpen(code.slice(0, runStart(code, index)), mark);
  const before = code.slice(0, index);
  if (mark in OPENERS) return !isOpen(before, mark);
  // Commas continue a list: only the last one is the document's.
  if (mark === ',' && !ONLY_CLOSING.test(code.slice(index)) && !isLast(code, index)) return false;
  const isPath = mark === ':' && (code[index - 1] === ':' || code[index + 1] === ':');
  return !isPath && Object.keys(OPENERS).every((closer) => !isOpen(before, closer));
}

/** Whether the comma at `index` is the last of the list that the document's bracket closes. */
function isLast(code: string, index: number): boolean {
  return (code[index + 1] ?? '') in OPENERS && isUnmatched(code, index + 1);
}

/** Start of the run of equal marks at `index`: two backticks are one quote. */
function runStart(code: string, index: number): number {
  let start = index;
  while (code[start - 1] === code[index]) start--;
  return start;
}
