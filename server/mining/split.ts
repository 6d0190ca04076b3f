import { hashFraction } from '../common/random.ts';
import type { Split } from './types.ts';

/** Share of files that no adapter of this repository ever trains on. */
export const heldOutFraction = 0.1;

/** A file's position on the held-out scale, [0, 1): a hash of (first commit id, path), so the same in every clone. */
export function heldOutPosition(firstCommit: string, path: string): number {
  return hashFraction('repotune held-out v1', firstCommit, path);
}

/** A file to split, and its number of middles. */
export interface SplitFile {
  readonly path: string;
  readonly middles: number;
}

/** Fewer held-out middles than this measure nothing. */
const leastHeldOutMiddles = 10;

/**
 * Splits files: those below {@link heldOutFraction} on the scale are held out. If these yield too few middles, so are the next ones on the
 * scale, up to half of all files: always the same ones while they exist, so that later versions compare on them.
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
