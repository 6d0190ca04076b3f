/** Longest passage, in lines, whose second time in a row is taken for a loop. */
const MOST_LINES = 4;
/** A bracket or a short keyword stands alone in many lines: a passage must say more to be the same again. */
export const TELLING = 3;

/** The period, in lines, of a loop that `lines` end in: the last so many say what those before them said; 0 for none. */
export function loopAtEnd(lines: readonly string[]): number {
  for (let period = 1; period <= Math.min(MOST_LINES, lines.length / 2); period++) {
    const last = lines.slice(-period);
    const before = lines.slice(-2 * period, -period);
    const telling = last.some((line) => line.trim().length > TELLING);
    if (telling && last.every((line, i) => line.trim() === before[i]!.trim())) return period;
  }
  return 0;
}
