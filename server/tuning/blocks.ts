/** The default number of blocks that get an adapter. Pure. */
import { isLarge } from '../engine/training/schedule.ts';

export interface Prospect {
  /** Blocks of the base. */
  readonly blocks: number;
  readonly parameters: number;
  /** Tokens of the repository's training text. */
  readonly datasetTokens: number;
  /** Tokens learned in the given time with an adapter on every block. */
  readonly tokens: number;
}

/**
 * When time does not suffice for one pass over the text, adapting the upper half of a small base learns more in the same time than adapting
 * all of it, or a third (bench/results/training.md).
 */
const SHARE = 0.5;

/** 0: all, as for every large base: in the few steps that time allows, half of its blocks learned less than all in fewer steps. */
export function adaptedBlocksFor({ blocks, parameters, datasetTokens, tokens }: Prospect): number {
  if (isLarge(parameters) || tokens >= datasetTokens) return 0;
  return Math.ceil(SHARE * blocks);
}
