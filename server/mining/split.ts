import { hashFraction } from './random.ts';
import type { Split } from './types.ts';

/** Share of files that no adapter of this repository ever trains on. */
export const heldOutFraction = 0.1;

/** Where a file stands on the held-out scale, [0, 1): a hash of (first commit id, path), so the same in every clone. */
export function heldOutPosition(firstCommit: string, path: string): number {
  return hashFraction('repotune held-out v1', firstCommit, path);
}

/**
 * Splits files: those below {@link heldOutFraction} on the scale are held out. In a repository too small for any to fall
 * there, the lowest one is: the same file again while it exists, so later versions compare on it.
 */
export function splitFiles(firstCommit: string, paths: readonly string[]): Map<string, Split> {
  const positions = paths.map((path) => ({ path, position: heldOutPosition(firstCommit, path) }));
  const lowest = Math.min(...positions.map(({ position }) => position));
  const threshold = Math.max(heldOutFraction, lowest);
  return new Map(
    positions.map(({ path, position }) => [
      path,
      position < heldOutFraction || (position <= threshold && paths.length > 1) ? 'held-out' : 'train',
    ]),
  );
}
