/** Latencies of suggestions as a histogram: percentiles over many days cannot be derived from each day's percentiles. Pure. */

/**
 * Upper bounds of the buckets in ms, a factor of about 1.4 apart, which is the precision of a percentile. A last bucket takes everything
 * slower.
 */
export const LATENCY_BOUNDS_MS = [
  10, 14, 20, 28, 40, 56, 80, 112, 160, 225, 320, 450, 640, 900, 1280, 1800, 2560,
] as const;

/** Suggestions per bucket: one number more than there are bounds. */
export type Latencies = readonly number[];

export const NO_LATENCIES: Latencies = [...LATENCY_BOUNDS_MS.map(() => 0), 0];

export function latencyOf(ms: number): Latencies {
  const found = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return NO_LATENCIES.with(found < 0 ? LATENCY_BOUNDS_MS.length : found, 1);
}

export function addLatencies(a: Latencies, b: Latencies): Latencies {
  return a.map((count, bucket) => count + (b[bucket] ?? 0));
}

/** Percentile as a bucket's bound in ms, for a share of 0 to 1; Infinity beyond the last; null when there are none. */
export function percentileMs(latencies: Latencies, share: number): number | null {
  const total = latencies.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [bucket, count] of latencies.entries()) {
    seen += count;
    if (seen >= share * total) return LATENCY_BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY;
  }
  return Number.POSITIVE_INFINITY;
}
