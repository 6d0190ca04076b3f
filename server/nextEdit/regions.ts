/** Where a next edit is looked for: around the cursor, then at errors, then where the replaced text still occurs. */
import type { LineChange, LineSpan } from '../edits/change.ts';
import { placesLike } from '../edits/repeatLastChange.ts';
import { type EditSituation, regionAround } from '../edits/situation.ts';
import type { NextEditDiagnostic } from '../protocol/index.ts';
import { errorLines, errorsHere } from './errors.ts';

/** Each takes about a second, and nobody waits longer. */
const MOST_REGIONS = 3;

/** For a question about a file. */
export function regionsOf(
  { path, lines, recent }: Pick<EditSituation, 'path' | 'lines' | 'recent'>,
  { uri, line, diagnostics }: { uri: string; line: number; diagnostics: readonly NextEditDiagnostic[] },
): LineSpan[] {
  const last = recent.at(-1) ?? null;
  const wrong = errorLines(errorsHere(diagnostics, uri), last?.path === path ? last.line : line, lines.length);
  return regionsToAsk(lines, path, line, last, wrong);
}

/** `last`: the newest change of the folder; null for none. `errors`: lines with one, likeliest first. */
export function regionsToAsk(
  lines: readonly string[],
  path: string,
  cursorLine: number,
  last: LineChange | null,
  errors: readonly number[] = [],
): LineSpan[] {
  const regions = [regionAround(Math.min(cursorLine, lines.length - 1), lines.length)];
  if (last === null) return regions;
  // A change in another file is equally near to all lines of this one.
  const here = last.path === path ? last : { ...last, line: cursorLine };
  for (const line of [...errors, ...placesLike(lines, here)]) {
    if (regions.length === MOST_REGIONS) break;
    if (!regions.some(({ from, to }) => line >= from && line < to)) regions.push(regionAround(line, lines.length));
  }
  return regions;
}
