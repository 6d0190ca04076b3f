/** Which pairs a dataset is made of. `share` of the draws (they sum to 1); sizes are of the middle, in UTF-16 units. */
export const mix = {
  'function-body': { share: 0.2, min: 15, max: 1000 },
  block: { share: 0.15, min: 10, max: 600 },
  statements: { share: 0.35, min: 8, max: 600 },
  'line-end': { share: 0.3, min: 3, max: 160 },
} as const satisfies Record<string, { readonly share: number; readonly min: number; readonly max: number }>;

export type MixKind = keyof typeof mix;

/** One pair for about this much text: each place of a file is then seen about twice in a prefix near its end. */
export const textPerPair = 300;

/** A file's most: long files must not crowd out the others. */
export const maxPairsPerFile = 200;
