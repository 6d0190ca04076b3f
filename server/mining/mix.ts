/**
 * The mix of pairs in a dataset. `share` of a file's draws (they sum to 1); sizes are of the middle, in UTF-16 units. Most middles have 50
 * to 1000; smaller ones are what people ask for at a line's end.
 */
export const mix = {
  'function-body': { share: 0.16, min: 30, max: 1000 },
  block: { share: 0.14, min: 30, max: 800 },
  statements: { share: 0.26, min: 30, max: 800 },
  member: { share: 0.06, min: 15, max: 400 },
  arguments: { share: 0.06, min: 8, max: 300 },
  expression: { share: 0.06, min: 12, max: 400 },
  'line-end': { share: 0.18, min: 4, max: 160 },
  'after-comment': { share: 0.05, min: 20, max: 800 },
  random: { share: 0.03, min: 10, max: 300 },
} as const satisfies Record<string, { readonly share: number; readonly min: number; readonly max: number }>;

export type MixKind = keyof typeof mix;

export const mixKinds = Object.keys(mix) as MixKind[];

/** A run of statements or members continues at least to this size if siblings follow: `line-end` yields enough shorter ones. */
export const wholeRun = 50;

/** Text per pair: each place of a file is then seen about twice near the end of a prefix. */
export const textPerPair = 300;

/** Pairs drawn for each one wanted: repeats, and held-out text that occurs in training, are dropped. */
const drawnPerPair = 3;

/**
 * Share of its pairs that a file of a large repository draws, a power of one half: drawing all of them, to be dropped, would take as long
 * as parsing. It follows the repository's size in powers of two, so that it, and the cache, stay valid from run to run.
 */
export function densityFor(bytes: number, mostPairs: number): number {
  const surplus = bytes / textPerPair / (drawnPerPair * Math.max(1, mostPairs));
  return surplus < 2 ? 1 : 2 ** -Math.floor(Math.log2(surplus));
}

/** Most pairs of a file: long files must not crowd out the others. */
export const maxPairsPerFile = 200;

/**
 * Rows whose scopes are examined in one piece; `windowShare`: the share of a long file's rows examined at full density, twice what is
 * drawn.
 */
export const windowRows = 60;
export const windowShare = 0.25;

/** Pieces examined in any file, at full density. */
export const leastWindows = 3;
