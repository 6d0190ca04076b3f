import type { EditFilter } from './filter.ts';

/** Probability of an edit's least likely token below which nothing is shown: chosen on 19 places (bench/results/next-edit.md). */
export const LEAST_SURENESS = 0.75;

export const UNSURE = 'not sure enough';

export const unsure: EditFilter = (_, { sureness, leastSureness }) => (sureness < leastSureness ? UNSURE : null);
