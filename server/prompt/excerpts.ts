/**
 * Lines of the same file outside a short window that are most like what is being written: if only a few lines can be read in time, those
 * that show how such a line continued elsewhere are worth more than the lines that happen to be directly above. Pure.
 */

/** Lines of an excerpt above and below the similar line. */
const ABOVE = 1;
const BEHIND = 2;
/** Lines above the cursor that are part of the query, besides its own. */
const QUERY_LINES = 2;
/** Characters searched on either side of the cursor. */
const REACH = 16_000;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

interface Line {
  readonly text: string;
  /** Its offsets in the original text. */
  readonly start: number;
  readonly end: number;
  readonly names: ReadonlySet<string>;
}

/** The text on both sides of the cursor, and how much of it the window shows. */
export interface Around {
  readonly prefix: string;
  readonly suffix: string;
  /** UTF-16 units. */
  readonly shownBefore: number;
  readonly shownBehind: number;
}

/**
 * At most `most` characters of whole lines outside the window, in the file's order, chosen by the names they share with the lines at the
 * cursor; '' if nothing is similar. Line breaks are `\n`.
 */
export function excerptsFor({ prefix, suffix, shownBefore, shownBehind }: Around, most: number): string {
  const shownFrom = prefix.length - shownBefore;
  const lines = [
    ...linesOf(prefix, prefix.length - REACH).filter(({ end }) => end <= shownFrom),
    ...linesOf(suffix, 0).filter(({ start }) => start >= shownBehind),
  ];
  const counts = new Map<string, number>();
  for (const { names } of lines) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const weights = [...queryOf(prefix)].map(
    ([name, weight]) => [name, weight * Math.log(1 + lines.length / (counts.get(name) ?? 1))] as const,
  );
  const scoreOf = ({ names }: Line): number =>
    weights.reduce((sum, [name, weight]) => (names.has(name) ? sum + weight : sum), 0);
  const ranked = lines
    .map((line, index) => ({ index, score: scoreOf(line) }))
    .filter(({ score }) => score > 0)
    // Ties go to the last line: the nearest above, or the farthest below.
    .sort((a, b) => b.score - a.score || b.index - a.index);
  const taken = new Set<number>();
  let left = most;
  for (const { index } of ranked) {
    for (const at of about(index)) {
      const line = lines[at];
      // A bracket alone is uninformative.
      if (line === undefined || line.names.size === 0 || taken.has(at) || line.text.length >= left) continue;
      taken.add(at);
      left -= line.text.length + 1;
    }
  }
  return [...taken]
    .toSorted((a, b) => a - b)
    .map((at) => `${lines[at]!.text}\n`)
    .join('');
}

/** The similar line, then the ones after it, then those above. */
function about(index: number): number[] {
  const behind = Array.from({ length: BEHIND }, (_, i) => index + 1 + i);
  const above = Array.from({ length: ABOVE }, (_, i) => index - 1 - i);
  return [index, ...behind, ...above];
}

/** Names with their weights: those on the cursor's own line count most. */
function queryOf(prefix: string): Map<string, number> {
  const weights = new Map<string, number>();
  const near = prefix
    .slice(-REACH)
    .trimEnd()
    .split('\n')
    .slice(-1 - QUERY_LINES);
  for (const [i, line] of near.toReversed().entries())
    for (const [name] of line.matchAll(NAME)) if (!weights.has(name)) weights.set(name, 1 / (1 + i));
  return weights;
}

/** Prefix and suffix of the current place: all windows are cut from the same two texts. */
const MOST_KEPT = 2;
const kept = new Map<string, readonly Line[]>();

function linesOf(text: string, from: number): readonly Line[] {
  const known = kept.get(text);
  if (known !== undefined) return known;
  let start = Math.max(0, from);
  const lines = text
    .slice(start, start + REACH)
    .split('\n')
    .map((line): Line => {
      const own = {
        text: line.replace(/\r$/, ''),
        start,
        end: start + line.length,
        names: new Set(line.match(NAME) ?? []),
      };
      start += line.length + 1;
      return own;
    });
  // The first and the last line may be incomplete.
  const whole = lines.slice(from > 0 ? 1 : 0, text.length > REACH ? -1 : undefined);
  for (const [oldest] of [...kept].slice(0, Math.max(0, kept.size + 1 - MOST_KEPT))) kept.delete(oldest);
  kept.set(text, whole);
  return whole;
}
