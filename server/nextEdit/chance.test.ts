import { describe, expect, it } from 'vitest';
import { chanceBehind, chanceOf, type GuessFacts, LEAST_CHANCE, surenessOfChance } from './chance.ts';

const plain: GuessFacts = {
  age: 0,
  likeness: null,
  isNear: false,
  isName: false,
  changedLines: 2,
  hasNewest: false,
  agreeing: 1,
  bothWays: false,
  rivals: 1,
};

describe('chanceOf', () => {
  it.each<[string, Partial<GuessFacts>]>([
    ['a name', { isName: true }],
    ['that changes agree', { agreeing: 2 }],
  ])('%s raises it', (_, facts) => expect(chanceOf({ ...plain, ...facts })).toBeGreaterThan(chanceOf(plain)));

  it.each<[string, Partial<GuessFacts>]>([
    ['age', { age: 3 }],
    ['rivals', { rivals: 3 }],
    ['that the person may still be at it', { hasNewest: true }],
  ])('%s lowers it', (_, facts) => expect(chanceOf({ ...plain, ...facts })).toBeLessThan(chanceOf(plain)));

  it('falls with likeness', () =>
    expect(chanceOf({ ...plain, likeness: 0.5 })).toBeLessThan(chanceOf({ ...plain, likeness: 1 })));

  it('is worth showing for a name that was changed at several places, and not for what merely merged once', () => {
    expect(chanceOf({ ...plain, isName: true, agreeing: 3 })).toBeGreaterThan(LEAST_CHANCE);
    expect(chanceOf({ ...plain, likeness: 0.6, rivals: 2 })).toBeLessThan(LEAST_CHANCE);
  });
});

describe('chanceBehind', () => {
  it('goes with what the model finds, and believes it within limits', () => {
    expect(chanceBehind(0.3, 0)).toBeCloseTo(0.3);
    expect(chanceBehind(0.3, 2)).toBeGreaterThan(0.3);
    expect(chanceBehind(0.3, -2)).toBeLessThan(0.3);
    expect(chanceBehind(0.3, 1000)).toBeLessThan(0.9);
    expect(chanceBehind(0.3, -1000)).toBeGreaterThan(0);
  });
});

describe('surenessOfChance', () => {
  it.each([
    [0, 0],
    [LEAST_CHANCE, 0.75],
    [1, 1],
  ])('%d of a chance is %d of sureness', (chance, sureness) =>
    expect(surenessOfChance(chance, 0.75)).toBeCloseTo(sureness),
  );
});
