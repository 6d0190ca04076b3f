/** A change of lines as a minimal change of text, with the document's line breaks. */
import type { LineChange } from '../edits/change.ts';

/** UTF-16 units `start` to before `end` become `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A line with its break; the last one has none. */
const WITH_BREAK = /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g;

const BREAK_AT_END = /(?:\r\n|\r|\n)$/;

export function textEditOf(text: string, change: LineChange): TextEdit {
  const { line, before, after } = change;
  const breaks = breakOf(text);
  // With the lines around it: an insertion after the last line brings a break along.
  const from = lineStart(text, 0, Math.max(0, line - 1));
  const to = lineStart(text, from, line + before.length + 1 - Math.max(0, line - 1));
  const was = text.slice(from, to);
  const pieces: string[] = was.match(WITH_BREAK) ?? [];
  const isLast = to >= text.length;
  // The empty line after the last break counts as a line.
  if (isLast && (was === '' || /[\r\n]$/.test(was))) pieces.push('');
  const head = line > 0 ? 1 : 0;
  // Some files mix line breaks: each line keeps its own, and an insertion has that of the line where it goes.
  const own = pieces.slice(0, head + before.length).map((piece) => BREAK_AT_END.exec(piece)?.[0]);
  const breakFor = (i: number): string => own[Math.min(head + i, own.length - 1)] ?? breaks;
  const now = [
    ...pieces.slice(0, head),
    ...after.map((written, i) => written + breakFor(i)),
    ...pieces.slice(head + before.length),
  ];
  const written = now.map((piece, i) => {
    const isEnd = isLast && i === now.length - 1;
    if (isEnd) return piece.replace(/[\r\n]+$/, '');
    return /[\r\n]$/.test(piece) ? piece : piece + breaks;
  });
  return trimmed(from, was, written.join(''));
}

export function appliedTo(text: string, { start, end, text: written }: TextEdit): string {
  return text.slice(0, start) + written + text.slice(end);
}

/** Start of the line `lines` after the one that begins at `from`; the text's end if there are fewer. */
function lineStart(text: string, from: number, lines: number): number {
  let at = from;
  if (!/\r(?!\n)/.test(text)) {
    for (let passed = 0; passed < lines; passed++) {
      const end = text.indexOf('\n', at);
      if (end < 0) return text.length;
      at = end + 1;
    }
    return at;
  }
  for (let passed = 0; passed < lines; at++) {
    if (at >= text.length) return text.length;
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) passed++;
  }
  return at;
}

function breakOf(text: string): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
}

/** Never splits a surrogate pair or a `\r\n`. */
function trimmed(start: number, was: string, now: string): TextEdit {
  const most = Math.min(was.length, now.length);
  let head = 0;
  while (head < most && was[head] === now[head]) head++;
  if (splits(was, head) || splits(now, head)) head--;
  let tail = 0;
  while (tail < most - head && was[was.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  if (splits(was, was.length - tail) || splits(now, now.length - tail)) tail--;
  return { start: start + head, end: start + was.length - tail, text: now.slice(head, now.length - tail) };
}

function splits(text: string, at: number): boolean {
  return /^(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|\r\n)$/.test(text.slice(Math.max(0, at - 1), at + 1));
}
