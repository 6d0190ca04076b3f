/** Paired bootstrap (Efron & Tibshirani 1993, ch. 13; percentile interval): the same held-out samples under two models. */

export interface Interval {
  readonly mean: number;
  /** Bounds of the 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export const RESAMPLES = 2000;

/**
 * Interval of sum(numerators) / sum(denominators) under resampling of the pairs. With differences of summed losses above
 * and tokens below: of the loss difference in nats a token. A sample alone has no interval: its bounds are infinite.
 */
export function bootstrapRatio(
  numerators: readonly number[],
  denominators: readonly number[],
  random: () => number,
  resamples = RESAMPLES,
): Interval {
  const n = numerators.length;
  const mean = total(numerators) / total(denominators);
  if (n < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const ratios = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let above = 0;
    let below = 0;
    for (let i = 0; i < n; i++) {
      const pick = Math.floor(random() * n);
      above += numerators[pick]!;
      below += denominators[pick]!;
    }
    ratios[r] = above / below;
  }
  ratios.sort();
  return { mean, low: ratios[Math.floor(resamples * 0.025)]!, high: ratios[Math.ceil(resamples * 0.975) - 1]! };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
