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
    ['agreement between changes', { agreeing: 2 }],
  ])('is raised by %s', (_, facts) => expect(chanceOf({ ...plain, ...facts })).toBeGreaterThan(chanceOf(plain)));

  it.each<[string, Partial<GuessFacts>]>([
    ['age', { age: 3 }],
    ['rivals', { rivals: 3 }],
    ['an edit that may still be in progress', { hasNewest: true }],
  ])('is lowered by %s', (_, facts) => expect(chanceOf({ ...plain, ...facts })).toBeLessThan(chanceOf(plain)));

  it('is lower for less likeness', () =>
    expect(chanceOf({ ...plain, likeness: 0.5 })).toBeLessThan(chanceOf({ ...plain, likeness: 1 })));

  it('is worth showing for a name changed in several places, but not for one that merely merged once', () => {
    expect(chanceOf({ ...plain, isName: true, agreeing: 3 })).toBeGreaterThan(LEAST_CHANCE);
    expect(chanceOf({ ...plain, likeness: 0.6, rivals: 2 })).toBeLessThan(LEAST_CHANCE);
  });
});

describe('chanceBehind', () => {
  it('follows the score of the model within limits', () => {
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
  ])('maps a chance of %d to a sureness of %d', (chance, sureness) =>
    expect(surenessOfChance(chance, 0.75)).toBeCloseTo(sureness),
  );
});
