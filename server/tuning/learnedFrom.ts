import type { MineOptions } from '../mining/types.ts';

/** What tunes learn from, chosen for what teaches most (bench/results/teach.md). */
export function learnedFrom(folder: string): MineOptions {
  return { folder, history: true };
}
