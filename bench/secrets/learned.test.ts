import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashFraction } from '../../server/common/random.ts';
import type { Kind } from './kind.ts';
import { allKinds } from './kinds/index.ts';
import { defaultSeed, isUnseen, planOf } from './plan.ts';
import { type Planted, plantAll } from './plant.ts';
import { learnedOf, Telltales } from './search.ts';

// `npm run check:secrets` plants every kind, including the unseen ones, in ten writings.
const kindsOfGroup = 3;
const timeout = 60_000;

const order = ({ name }: Kind): number => hashFraction('short', name);
const kinds = [...Map.groupBy(allKinds, ({ group }) => group).values()].flatMap((own) =>
  own
    .filter((kind) => !isUnseen(kind, defaultSeed))
    .sort((a, b) => order(a) - order(b))
    .slice(0, kindsOfGroup),
);
const plants = planOf({ seed: defaultSeed, kinds, writings: 4 });
const telltales = new Telltales(plants);

describe('secrets of a few kinds from each group, planted in a repository', () => {
  let planted: Planted;
  beforeAll(() => {
    planted = plantAll(plants, defaultSeed);
  }, timeout);
  afterAll(() => planted.repository[Symbol.dispose]());

  it('are all found in what mining keeps without its filter, so each is planted where mining reads', {
    timeout,
  }, async () => {
    const { places } = await learnedOf(planted, telltales, 'without filter');
    const missed = plants.filter((plant) => plant.read && !places.has(plant));
    expect(missed.map(({ kind, writing }) => `${kind.name}, ${writing}`)).toEqual([]);
  });

  it('are in no data set, index, cache or log with the filter', { timeout }, async () => {
    const { places } = await learnedOf(planted, telltales, 'with filter');
    const learned = [...places].map(
      ([{ kind, writing, place }, where]) => `${kind.name}, ${writing}, ${place}: ${where.join(' and ')}`,
    );
    expect(learned.sort()).toEqual([]);
  });
});
