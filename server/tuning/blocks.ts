/** How many blocks get an adapter where nobody says. Pure. */
import { isLarge } from '../engine/training/schedule.ts';

export interface Prospect {
  /** Of the base. */
  readonly blocks: number;
  readonly parameters: number;
  /** Training text of the repository. */
  readonly datasetTokens: number;
  /** Learned in the time given, with an adapter on every block. */
  readonly tokens: number;
}

/** Where the time does not do for all of the text once, the upper half of a small base learns more in the same time than all of it, and than a third (bench/results/training.md). */
const SHARE = 0.5;

/** 0: all, as of every large base: in the few steps that there is time for, half of its blocks learned less than all in fewer steps. */
export function adaptedBlocksFor({ blocks, parameters, datasetTokens, tokens }: Prospect): number {
  if (isLarge(parameters) || tokens >= datasetTokens) return 0;
  return Math.ceil(SHARE * blocks);
}
