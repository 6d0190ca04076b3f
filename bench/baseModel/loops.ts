const REPEATS = 4;
const LEAST_CHARACTERS = 24;
const LONGEST_PERIOD = 200;

/**
 * Whether a completion has fallen into a loop: its end repeats one piece of text four times, at least 24 characters in total and not blank,
 * or it contains one of its longer lines four times.
 */
export function loops(text: string): boolean {
  const end = text.trimEnd();
  for (let period = 1; period <= Math.min(LONGEST_PERIOD, end.length / REPEATS); period++) {
    const length = Math.max(period * REPEATS, LEAST_CHARACTERS);
    if (length > end.length) continue;
    const tail = end.slice(-length);
    // A ruler (`-----`, `=====`) is a loop too when it never ends.
    if (tail.trim() !== '' && tail.slice(period) === tail.slice(0, -period)) return true;
  }
  const counts = new Map<string, number>();
  for (const line of end.split('\n').map((one) => one.trim())) {
    if (line.length < 6) continue;
    const count = (counts.get(line) ?? 0) + 1;
    if (count >= REPEATS) return true;
    counts.set(line, count);
  }
  return false;
}
