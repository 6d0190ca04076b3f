import type { EditFilter } from './filter.ts';

/** Probability of an edit's least likely token below which nothing is shown. Not measured yet but by eye: `bench -- next-edit` does. */
export const LEAST_SURENESS = 0.2;

/**
 * A base that was not tuned on edits writes explanations and what follows as well: of the six edits that Qwen2.5-Coder-0.5B-Instruct was
 * seen to propose (three languages) none was right, and all had less than this.
 */
export const LEAST_SURENESS_OF_BASE = 0.6;

export const unsure: EditFilter = (_, { sureness, leastSureness }) =>
  sureness < leastSureness ? 'not sure enough' : null;
