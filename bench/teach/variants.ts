/** The variants compared: the same number of training tokens, from pairs made in different ways. */

import { mineRepository } from '../../server/mining/index.ts';
import { heldOutFraction, heldOutPosition } from '../../server/mining/split.ts';
import type { Dataset, MineOptions, Pair } from '../../server/mining/types.ts';

export interface Variant {
  /** null: the base as it is. */
  readonly train: { readonly history: boolean; readonly randomSpans: boolean } | null;
  /** Cross-file context in the prompts, for training and for evaluation. */
  readonly context: boolean;
}

export const variants = {
  base: { train: null, context: false },
  'base-context': { train: null, context: true },
  syntax: { train: { history: false, randomSpans: false }, context: false },
  random: { train: { history: false, randomSpans: true }, context: false },
  history: { train: { history: true, randomSpans: false }, context: false },
  context: { train: { history: false, randomSpans: false }, context: true },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;

/** As requested by completion, in UTF-16 units. */
const contextChars = 540;

export interface TeachingPairs {
  /** Training pairs. */
  readonly train: Dataset;
  /** Held-out files of the current tree. */
  readonly byFile: Dataset;
  /** What the newest commits added to files. */
  readonly byTime: Dataset;
}

/** Training pairs come from the tree before the newest commits, without held-out files; held-out pairs are the same for every variant. */
export async function teachingPairs(folder: string, { train, context }: Variant): Promise<TeachingPairs> {
  const common: MineOptions = { folder, ...(context ? { contextChars } : {}) };
  const byTimeOptions: MineOptions = { ...common, split: { by: 'time' }, history: true };
  const byFile = await mineRepository(common);
  const byTime = await mineRepository(byTimeOptions);
  const source = train?.randomSpans ? await mineRepository({ ...byTimeOptions, kinds: ['random'] }) : byTime;
  const heldOutPaths = new Set(byFile.pairs.filter(({ split }) => split === 'held-out').map(({ path }) => path));
  const learned = ({ path, kind, split }: Pair): boolean =>
    split === 'train' &&
    (kind !== 'history' || (train?.history ?? false)) &&
    !heldOutPaths.has(path) &&
    heldOutPosition(byFile.firstCommit, path) >= heldOutFraction;
  return { train: { ...source, pairs: source.pairs.filter(learned) }, byFile, byTime };
}
