import { hashFraction } from '../common/random.ts';
import type { Split } from './types.ts';

/** Share of files that no adapter of this repository ever trains on. */
export const heldOutFraction = 0.1;

/** Where a file stands on the held-out scale, [0, 1): a hash of (first commit id, path), so the same in every clone. */
export function heldOutPosition(firstCommit: string, path: string): number {
  return hashFraction('repotune held-out v1', firstCommit, path);
}

/** A file to split, and how many middles it gives. */
export interface SplitFile {
  readonly path: string;
  readonly middles: number;
}

/** Fewer held-out middles than this measure nothing. */
const leastHeldOutMiddles = 10;

/**
 * Splits files: those below {@link heldOutFraction} on the scale are held out. In a repository where these give too few middles
 * the next ones on the scale are too, up to half of all files: the same ones again while they exist, so later versions compare
 * on them.
 */
export function splitFiles(firstCommit: string, files: readonly SplitFile[]): Map<string, Split> {
  const ordered = files
    .map(({ path, middles }) => ({ path, middles, position: heldOutPosition(firstCommit, path) }))
    .sort((a, b) => a.position - b.position);
  const splits = new Map<string, Split>();
  let heldOut = 0;
  for (const [i, { path, middles, position }] of ordered.entries()) {
    const wanted = position < heldOutFraction || (heldOut < leastHeldOutMiddles && i < Math.floor(files.length / 2));
    splits.set(path, wanted ? 'held-out' : 'train');
    if (wanted) heldOut += middles;
  }
  return splits;
}
