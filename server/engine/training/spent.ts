import type { TrainingPart } from '../../protocol/tune.ts';

/** Seconds of a training by what they went into. */
export type Spent = Readonly<Record<TrainingPart, number>>;

export const NOTHING_SPENT: Spent = { opening: 0, steps: 0, evaluations: 0, checkpoints: 0 };
