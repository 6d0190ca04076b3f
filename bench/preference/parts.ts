/** A repository in three parts: one is tuned on, in one the adapter is asked and learns from what became of it, one judges. Pure. */
import { hashFraction } from '../../server/common/random.ts';
import type { MinedSets } from '../../server/mining/sets.ts';
import type { Dataset } from '../../server/mining/types.ts';

export interface Parts {
  /** Its training pairs lie in half of the files that may be learned; the held-out ones are all there, to steer by. */
  readonly tuned: Dataset;
  /** The other half, as places to ask at. */
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
