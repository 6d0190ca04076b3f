/** Figures that become NaN, and so fail their bar, if nothing was examined. Pure. */

/** `found`, or NaN if nothing was examined. */
export function shownBy(looked: number, found: number): number {
  return looked > 0 ? found : Number.NaN;
}

/** The largest value; NaN if there is none or one is NaN, which the others must not hide. */
export function largestOf(values: readonly number[]): number {
  return values.every(Number.isFinite) ? shownBy(values.length, Math.max(...values)) : Number.NaN;
}

/** The same for the smallest. */
export function smallestOf(values: readonly number[]): number {
  return -largestOf(values.map((value) => -value));
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
