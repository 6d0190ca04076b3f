/** Figures with their 95 % intervals, as text. Pure. */

/** What rounds to zero has no sign. */
export function signed(value: number, digits = 3): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

/** From one loss to another, e.g. `−5.5 %`. */
export function changeInPercent(from: number, to: number): string {
  return `${signed(100 * (to / from - 1), 1)} %`;
}

export interface Interval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

export function boundsOf({ low, high }: Interval, show: (value: number) => string): string {
  return low === null || high === null ? 'unknown' : `${show(low)} to ${show(high)}`;
}

/** e.g. `−0.120, 95 % interval −0.150 to −0.090`. */
export function withInterval({ mean, low, high }: Interval): string {
  return low === null || high === null
    ? signed(mean)
    : `${signed(mean)}, 95 % interval ${signed(low)} to ${signed(high)}`;
}

/** The verdict that the interval of a loss difference allows: lower is better. */
export function verdictOnLoss(first: string, second: string, { low, high }: Interval): string {
  if (low === null || high === null) return 'Too few pairs to tell them apart.';
  if (high < 0) return `${first} is better.`;
  if (low > 0) return `${second} is better.`;
  return 'These files show no clear difference.';
}

/** A share of 0 to 1 with its interval, e.g. `42 % (35 to 50 %)`. */
export function percentWithInterval(estimate: { mean: number; low: number; high: number } | null): string {
  if (estimate === null) return '–';
  const percent = (value: number): number => Math.round(100 * value);
  return `${percent(estimate.mean)} % (${percent(estimate.low)} to ${percent(estimate.high)} %)`;
}
