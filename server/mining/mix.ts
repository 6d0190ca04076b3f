/**
 * Which pairs a dataset is made of. `share` of a file's draws (they sum to 1); sizes are of the middle, in UTF-16 units. Most
 * middles have 50 to 1000: smaller ones are what people ask for at a line's end.
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

/** One pair for about this much text: each place of a file is then seen about twice in a prefix near its end. */
export const textPerPair = 300;

/** A file's most: long files must not crowd out the others. */
export const maxPairsPerFile = 200;

/** Rows whose scopes are looked at in one piece, and the share of a long file's rows that is: twice what is drawn. */
export const windowRows = 60;
export const windowShare = 0.25;
