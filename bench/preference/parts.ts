/** A repository in three parts: one to tune on, one where the adapter suggests and learns from the outcome, one to judge. Pure. */
import { hashFraction } from '../../server/common/random.ts';
import type { MinedSets } from '../../server/mining/sets.ts';
import type { Dataset } from '../../server/mining/types.ts';

export interface Parts {
  /** Its training pairs come from half of the files that may be learned; all the held-out ones are there, for steering. */
  readonly tuned: Dataset;
  /** The other half, as places for suggestions. */
  readonly asked: MinedSets;
}

export function partsOf(sets: MinedSets): Parts {
  const { dataset } = sets;
  const isAsked = new Map<string, boolean>();
  for (const { path } of dataset.pairs) isAsked.set(path, hashFraction('preference', dataset.firstCommit, path) < 0.5);
  const tuned = dataset.pairs.filter(({ split, path }) => split === 'held-out' || !isAsked.get(path));
  const asked = dataset.pairs.filter(({ split, path }) => split === 'train' && isAsked.get(path));
  return {
    tuned: { ...dataset, pairs: tuned },
    asked: {
      ...sets,
      byTime: null,
      dataset: { ...dataset, pairs: asked.map((pair) => ({ ...pair, split: 'held-out' as const })) },
    },
  };
}
