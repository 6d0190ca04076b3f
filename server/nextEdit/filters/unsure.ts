import type { EditFilter } from './filter.ts';

/** Probability of an edit's least likely token below which nothing is shown. Not measured yet but by eye: `bench -- next-edit` does. */
export const LEAST_SURENESS = 0.2;

export const unsure: EditFilter = (_, { sureness, leastSureness = LEAST_SURENESS }) =>
  sureness < leastSureness ? 'not sure enough' : null;
