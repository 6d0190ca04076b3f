/** An editor's change of a document, in whole lines. Every key passes through here: large changes are only counted. */

import { ownText } from '../common/ownText.ts';

export interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A document before the change. */
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

/** Lines from `line` on, from 0, that replaced others. */
export type LineEdit =
  | {
      readonly kind: 'lines';
      readonly line: number;
      readonly before: readonly string[];
      readonly after: readonly string[];
    }
  /** Too large to process: only the numbers of lines removed and added. */
  | {
      readonly kind: 'counted';
      readonly line: number;
      readonly removed: number;
      readonly added: number;
      readonly why: string;
    }
  /** Where text has moved to is unknown. */
  | { readonly kind: 'anew'; readonly why: string };

/** UTF-16 units on either side: some hundred lines of code. */
const MOST_UNITS = 16_000;
/** For clients that send whole texts: compared letter by letter, in a millisecond at most. */
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
  // Changes are stored, and must not keep the whole document alive.
  const was = ownText(document.getText(whole));
  const now = was.slice(0, document.offsetAt(start) - from) + text + was.slice(document.offsetAt(end) - from);
  const isLast = last + 1 >= document.lineCount;
  return { kind: 'lines', line, before: linesIn(was, isLast), after: linesIn(now, isLast) };
}

/** The part of the text that differs, as a change of a range; null if it is too long to compare. */
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

/** `isLast`: the text ends with the document, so that a final break starts another line. */
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
