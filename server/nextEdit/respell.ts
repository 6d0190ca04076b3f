/** Respellings of a text as a change of its lines. */
import { changeBetween, type LineChange, type LineSpan } from '../edits/change.ts';
import type { Respelling } from './boundUses.ts';

/** Nobody sees a change in a longer line. */
const LONGEST_LINE = 500;

export interface InLine {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** In the lines that are not too long; in order. */
export function byLine(lines: readonly string[], respellings: readonly Respelling[]): InLine[] {
  const found: InLine[] = [];
  let [line, from] = [0, 0];
  for (const { start, end, text } of respellings) {
    while (line < lines.length && from + lines[line]!.length < start) {
      from += lines[line]!.length + 1;
      line++;
    }
    if ((lines[line]?.length ?? 0) > LONGEST_LINE) continue;
    found.push({ line, start: start - from, end: end - from, text });
  }
  return found;
}

/** Those within a span, as one change; null if there are none. */
export function respelledIn(
  path: string,
  lines: readonly string[],
  span: LineSpan,
  respellings: readonly InLine[],
): LineChange | null {
  const was = lines.slice(span.from, span.to);
  const now = [...was];
  for (const { line, start, end, text } of respellings.toReversed()) {
    const at = line - span.from;
    if (at >= 0 && at < now.length) now[at] = now[at]!.slice(0, start) + text + now[at]!.slice(end);
  }
  return changeBetween(path, span.from, was, now);
}
