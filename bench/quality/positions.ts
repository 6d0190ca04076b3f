/** Cursors in real files where users pause: where the line so far ends inside a pre-token. */
import type { Case } from '../../server/evaluation/metrics.ts';

export const POSITIONS = {
  'after a space': (line: string, at: number) =>
    line[at - 1] === ' ' && line.slice(0, at).trim() !== '' && line[at] !== ' ',
  'after a bracket or dot': (line: string, at: number) =>
    '([{.'.includes(line[at - 1] ?? '-') && /[\p{L}_]/u.test(line[at] ?? ''),
  'inside a word': (line: string, at: number) =>
    /[\p{L}_]{2}$/u.test(line.slice(0, at)) && /^[\p{L}_]{2}/u.test(line.slice(at)),
  "at the line's start": (line: string, at: number) =>
    at > 0 && line.slice(0, at).trim() === '' && /\S/.test(line[at] ?? ' '),
} as const satisfies Record<string, (line: string, at: number) => boolean>;

export type PositionKind = keyof typeof POSITIONS;

/** At most `count` cursors of a kind, evenly spread over all `files`; the middle is the rest of the line. */
export function casesAt(kind: PositionKind, files: readonly string[], count: number): Case[] {
  const fits = POSITIONS[kind];
  const cases: Case[] = [];
  for (const text of files) {
    let start = 0;
    for (const line of text.split('\n')) {
      const columns = [];
      for (let at = 0; at < line.length - 2; at++) if (fits(line, at)) columns.push(at);
      // One cursor per line, chosen by its offset in the file: deterministic, so every run uses the same.
      const column = columns[start % Math.max(1, columns.length)];
      if (column !== undefined && line.length < 160) {
        const [offset, end] = [start + column, start + line.length];
        cases.push({ prefix: text.slice(0, offset), middle: text.slice(offset, end), suffix: text.slice(end) });
      }
      start += line.length + 1;
    }
  }
  const step = cases.length / Math.min(count, cases.length);
  return Array.from({ length: Math.min(count, cases.length) }, (_, i) => cases[Math.floor(i * step)]!);
}
