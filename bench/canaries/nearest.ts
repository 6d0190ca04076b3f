/** Which pairs are nearest to a canary. Pure. */
import type { Pair } from '../../server/mining/types.ts';
import type { Canary } from './plant.ts';

/**
 * Distinct pairs of the canary's file: first those whose middle has most of the secret, the shortest first, then those with the least
 * between. Their bytes are compared, since with the filter a prefix begins only after the secret.
 */
export function nearest(
  pairs: readonly Pair[],
  { path, secret, before }: Pick<Canary, 'path' | 'secret' | 'before'>,
  most: number,
): Pair[] {
  const start = Buffer.byteLength(before);
  const length = Buffer.byteLength(secret);
  const gapOf = ({ startByte, endByte }: Pair): number =>
    Math.max(start - endByte, startByte - (start + length), -length);
  const distinct = new Map(
    pairs.filter((pair) => pair.path === path).map((pair) => [`${pair.startByte} ${pair.endByte}`, pair]),
  );
  return [...distinct.values()]
    .sort(
      (a, b) => gapOf(a) - gapOf(b) || a.endByte - a.startByte - (b.endByte - b.startByte) || a.startByte - b.startByte,
    )
    .slice(0, most);
}
