/** Longest passage, in lines, that counts as a loop when it comes twice in a row. */
const MOST_LINES = 4;
/** Many lines hold only a bracket or a short keyword: a passage must have more characters than this to count. */
export const TELLING = 3;

/** Period, in lines, of the loop that `lines` end in: the last so many repeat those before them. 0 for none. */
export function loopAtEnd(lines: readonly string[]): number {
  for (let period = 1; period <= Math.min(MOST_LINES, lines.length / 2); period++) {
    const last = lines.slice(-period);
    const before = lines.slice(-2 * period, -period);
    const telling = last.some((line) => line.trim().length > TELLING);
    if (telling && last.every((line, i) => line.trim() === before[i]!.trim())) return period;
  }
  return 0;
}
