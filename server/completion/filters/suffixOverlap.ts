import { type Cursor, indentWidth } from '../cursor.ts';
import { TELLING } from '../lineLoop.ts';
import type { Filter } from '../suggestion.ts';
import { closesBefore } from './brackets.ts';
import { closedAgain } from './closedAgain.ts';

/** A shorter overlap is chance: a bracket, a short keyword. Whole lines always count. */
const SHORTEST = 3;

/**
 * Cuts the suggestion where it begins to repeat the text after the cursor. On a line of its own, small models like to write the line below;
 * of 101,000 lines of chi, hono and luigi, one in a thousand is followed by itself,
 * and of 1.2 million lines in seven repositories, nine by itself one level deeper.
 */
export const suffixOverlap: Filter = (suggestion, { cursor, closers }) => {
  const { text, replaceAfter } = suggestion;
  const behind = linesBehind(cursor.after);
  if (text.includes('\n')) return { ...suggestion, text: cutAtRepeatedLines(text, behind) };
  const line = (cursor.linePrefix + text + cursor.lineRest.slice(replaceAfter)).trimEnd();
  if (line.trim().length > TELLING && isLine(line, behind[0] ?? '')) return { dropped: 'repeats the line below' };
  if (closesBelow(line, behind[0] ?? '', cursor)) return { dropped: 'closes what the line below closes' };
  // Closers are matched by now: the last bracket of `f(x)` before one of them does not repeat it.
  if (closesBefore(closers, cursor)) return suggestion;
  const rest = cursor.lineRest.slice(replaceAfter).trimEnd();
  for (let length = Math.min(text.length, rest.length); length > 0; length--) {
    if (text.endsWith(rest.slice(0, length)) && (length >= SHORTEST || length === rest.length)) {
      return { ...suggestion, text: text.slice(0, -length) };
    }
  }
  const again = closedAgain(text, rest, cursor);
  return again > 0 ? { ...suggestion, text: text.slice(0, -again) } : suggestion;
};

/** Whether the document's `next` line is `line`, or the same in the block that a line in this place would have to open. */
function isLine(line: string, next: string): boolean {
  return line.trim() === next.trim() && indentWidth(next) >= indentWidth(line);
}

/** Whether `line` only closes what the document's `next` line closes, which begins where the block around does. */
function closesBelow(line: string, next: string, { before, linePrefix }: Cursor): boolean {
  if (linePrefix.trim() !== '' || !ONLY_CLOSING.test(line) || line.trim()[0] !== next.trim()[0]) return false;
  const width = indentWidth(line);
  const opens = before
    .split('\n')
    .slice(0, -1)
    .findLast((above) => above.trim() !== '' && indentWidth(above) < width);
  return opens !== undefined && indentWidth(next) < width && indentWidth(opens) === indentWidth(next);
}

function linesBehind(after: string): string[] {
  return after
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .slice(0, 4);
}

const ONLY_CLOSING = /^\s*[)\]}]+[;,]?$/;

const CLOSING = /^\s*[)\]}]/;

/**
 * Whether the document's `next` line equals `line`, begins with it if `line` only closes (`} else {`), or only closes what `line` closes with
 * more behind it (`}, 100);`).
 */
function standsIn(line: string, next: string, isLast: boolean): boolean {
  const [trimmed, below] = [line.trimEnd(), next.trimEnd()];
  if (trimmed === below) return true;
  if (!isLast) return false;
  const begun = CLOSING.exec(trimmed)?.[0];
  return ONLY_CLOSING.test(trimmed)
    ? below.startsWith(trimmed)
    : begun !== undefined && ONLY_CLOSING.test(below) && below.startsWith(begun);
}

/** Drops trailing lines that are the document's next lines. */
function cutAtRepeatedLines(text: string, behind: readonly string[]): string {
  const lines = text.split('\n');
  for (let i = 1; i < lines.length; i++) {
    const rest = lines.slice(i).filter((line) => line.trim() !== '');
    if (
      rest.length > 0 &&
      rest.length <= behind.length &&
      rest.every((line, k) => standsIn(line, behind[k]!, k === rest.length - 1))
    ) {
      return lines.slice(0, i).join('\n');
    }
  }
  return text;
}
