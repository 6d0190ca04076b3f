/** How far a ratio may be from the truth where samples come in correlated clusters, as held-out pairs come in files. */
import type { Interval } from './bootstrap.ts';

/** With more clusters, subsets are sampled instead of enumerated. */
const MOST_ENUMERATED = 12;
const DRAWN = 4096;

/**
 * Interval of sum(numerators) / sum(denominators) from the ratios of subsets of the clusters (Hartigan 1969, "Using subsample values as
 * typical values"): a bound lies where a sign-flip test, cluster by cluster (Fisher 1935, 21), no longer distinguishes the ratio from it.
 * It asks how many clusters go which way rather than how far the farthest goes: an adapter that makes every file a little better and some
 * much better counts as better, which an interval based on their variance could not show. Exact where clusters are as likely to lie above
 * the truth as below it.
 *
 * `clusters`: [samples] cluster name of each; `denominators` are positive. null if there are too few clusters for the level: six for 95 %.
 */
export function subsetRatio(
  numerators: readonly number[],
  denominators: readonly number[],
  clusters: readonly string[],
  random: () => number,
  level: number,
): Interval | null {
  const sums = sumsOf(numerators, denominators, clusters);
  const count = sums.length <= MOST_ENUMERATED ? 2 ** sums.length : DRAWN;
  const tail = Math.floor((count * (1 - level)) / 2 + 1e-9);
  // The empty subset has no ratio: it counts as beyond any bound.
  if (tail < 1 || 2 ** -sums.length > (1 - level) / 2) return null;
  const lows = new Float64Array(count);
  const highs = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    let [above, below] = [0, 0];
    for (const [c, [numerator, denominator]] of sums.entries()) {
      const isIn = sums.length <= MOST_ENUMERATED ? (s >> c) % 2 === 1 : random() < 0.5;
      if (!isIn) continue;
      above += numerator;
      below += denominator;
    }
    lows[s] = below > 0 ? above / below : Number.NEGATIVE_INFINITY;
    highs[s] = below > 0 ? above / below : Number.POSITIVE_INFINITY;
  }
  lows.sort();
  highs.sort();
  const [above, below] = sums.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  return { mean: above / below, low: lows[tail]!, high: highs[count - 1 - tail]! };
}

function sumsOf(
  numerators: readonly number[],
  denominators: readonly number[],
  clusters: readonly string[],
): (readonly [number, number])[] {
  const sums = new Map<string, readonly [number, number]>();
  for (const [i, cluster] of clusters.entries()) {
    const [above, below] = sums.get(cluster) ?? [0, 0];
    sums.set(cluster, [above + numerators[i]!, below + denominators[i]!]);
  }
  return [...sums.values()];
}
