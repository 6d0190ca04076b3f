/** Figures of what was looked at: of nothing nothing is shown, and a bar of what is no number does not hold. Pure. */

/** What was found among `looked` things. */
export function shownBy(looked: number, found: number): number {
  return looked > 0 ? found : Number.NaN;
}

/** The largest value; NaN of none, and where one is no number: the others must not hide it. */
export function largestOf(values: readonly number[]): number {
  return values.every(Number.isFinite) ? shownBy(values.length, Math.max(...values)) : Number.NaN;
}

/** The same of the smallest. */
export function smallestOf(values: readonly number[]): number {
  return -largestOf(values.map((value) => -value));
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
