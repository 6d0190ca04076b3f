/** A change of a document as an editor tells it, in whole lines. Every key goes through here: what is large is only counted. */

import { ownText } from '../common/ownText.ts';

export interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A document as it is before the change. */
export interface LinedText {
  readonly lineCount: number;
  getText(range?: Range): string;
  offsetAt(position: Position): number;
  positionAt(offset: number): Position;
}

/** Without a range: the whole text. */
export interface TextChange {
  readonly range?: Range;
  readonly text: string;
}

/** Lines from `line` on, from 0, that took the place of others. */
export type LineEdit =
  | {
      readonly kind: 'lines';
      readonly line: number;
      readonly before: readonly string[];
      readonly after: readonly string[];
    }
  /** Too much to look at: how many lines took the place of how many. */
  | {
      readonly kind: 'counted';
      readonly line: number;
      readonly removed: number;
      readonly added: number;
      readonly why: string;
    }
  /** Nobody knows what of the text is where now. */
  | { readonly kind: 'anew'; readonly why: string };

/** UTF-16 units on either side: some hundred lines of code. */
const MOST_UNITS = 16_000;
/** A client that sends whole texts: they are compared letter by letter, a millisecond at most. */
const MOST_COMPARED = 1_000_000;
const BREAK = /\r\n|\r|\n/;

export function lineEditOf(document: LinedText, change: TextChange): LineEdit {
  const { text } = change;
  const range = change.range ?? changedRange(document, text);
  if (range === null) return { kind: 'anew', why: 'the whole text was replaced' };
  if ('text' in range) return lineEditOf(document, range);
  const [start, end] = inOrder(range.start, range.end);
  const line = Math.min(start.line, document.lineCount - 1);
  const last = Math.min(end.line, document.lineCount - 1);
  const whole = { start: { line, character: 0 }, end: { line: last + 1, character: 0 } };
  const [from, to] = [document.offsetAt(whole.start), document.offsetAt(whole.end)];
  if (to - from > MOST_UNITS || text.length > MOST_UNITS) {
    const removed = last - line + 1;
    const why = `a change of ${Math.max(to - from, text.length)} characters is too long to look at`;
    return { kind: 'counted', line, removed, added: 1 + breaksIn(text), why };
  }
  // Changes are remembered, and the document is not to be with each of them.
  const was = ownText(document.getText(whole));
  const now = was.slice(0, document.offsetAt(start) - from) + text + was.slice(document.offsetAt(end) - from);
  const isLast = last + 1 >= document.lineCount;
  return { kind: 'lines', line, before: linesIn(was, isLast), after: linesIn(now, isLast) };
}

/** What of the text differs, as a change of a range; null where it is too long to be compared. */
function changedRange(document: LinedText, text: string): Required<TextChange> | null {
  const was = document.getText();
  if (Math.max(was.length, text.length) > MOST_COMPARED) return null;
  const most = Math.min(was.length, text.length);
  let head = 0;
  while (head < most && was.charCodeAt(head) === text.charCodeAt(head)) head++;
  // Not between the halves of a line break.
  if (head > 0 && was[head - 1] === '\r') head--;
  let tail = 0;
  while (tail < most - head && was.charCodeAt(was.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail))
    tail++;
  if (tail > 0 && was[was.length - tail] === '\n') tail--;
  const range = { start: document.positionAt(head), end: document.positionAt(was.length - tail) };
  return { range, text: text.slice(head, text.length - tail) };
}

/** `isLast`: the text ends with the document, so that a break at its end begins one more line. */
function linesIn(text: string, isLast: boolean): string[] {
  const lines = text.split(BREAK);
  if (!isLast) lines.pop();
  return lines;
}

export function linesOf(text: string): string[] {
  return text.split(BREAK);
}

function breaksIn(text: string): number {
  let breaks = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) breaks++;
  }
  return breaks;
}

function inOrder(a: Position, b: Position): [Position, Position] {
  return a.line < b.line || (a.line === b.line && a.character <= b.character) ? [a, b] : [b, a];
}
