import type { Filter } from '../suggestion.ts';

/**
 * Mean natural log of the probability of a token below which a suggestion is wrong too often to be shown unasked.
 * Measured by `npm run check:quality`, see the table it prints.
 */
export const LEAST_CONFIDENCE = -0.8;

export const confident: Filter = (suggestion, { confidence, leastConfidence }) =>
  confidence < leastConfidence ? { dropped: 'not sure enough' } : suggestion;
