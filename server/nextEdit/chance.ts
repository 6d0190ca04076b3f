/**
 * How likely a change that is made once more is right, by plain facts: a logistic regression over what became of such guesses in the commits of
 * open-source repositories. `npm run bench -- next-edit-chance REPOSITORY…` prints the coefficients and how well they do on repositories
 * that they were not fitted to.
 */
import { sigmoid } from '../common/sigmoid.ts';

export interface GuessFacts {
  /** Changes since the one that is made again. */
  readonly age: number;
  /** Of the lines at hand and those that were changed, 0.5 to 1; null where what was replaced stands there word for word. */
  readonly likeness: number | null;
  /** A few lines from where it was made. */
  readonly isNear: boolean;
  /** It gives something another name. */
  readonly isName: boolean;
  /** Lines that go and lines that come. */
  readonly changedLines: number;
  /** The newest change stands in the region: the person may still be at it. */
  readonly hasNewest: boolean;
  /** Changes that come to the same. */
  readonly agreeing: number;
  /** It comes of what stands there word for word, and of the merge. */
  readonly bothWays: boolean;
  /** Guesses for the region, this one among them. */
  readonly rivals: number;
}

export type Values = Readonly<ReturnType<typeof valuesOf>>;

/** Log odds for one unit of each of {@link valuesOf}. */
const COEFFICIENTS: Values = {
  any: -1.25,
  merged: 1.34,
  unlike: -1.68,
  age: -0.79,
  near: -0.73,
  name: 1.16,
  changedLines: -0.07,
  newest: -0.71,
  agreeing: 1.2,
  bothWays: 2.31,
  rivals: -0.96,
};

/** An edit is worth showing where it is right so often. */
export const LEAST_CHANCE = 0.4;
/** No model need be asked. */
export const SURE_CHANCE = 0.7;

/** From 0 to 1. */
export function chanceOf(facts: GuessFacts): number {
  return chanceBy(COEFFICIENTS, valuesOf(facts));
}

/** Of what the regression sees, by these coefficients. */
export function chanceBy(coefficients: Values, values: Values): number {
  const names = Object.keys(coefficients) as (keyof Values)[];
  return sigmoid(names.reduce((sum, name) => sum + coefficients[name] * values[name], 0));
}

/**
 * Log odds for each nat that a model finds a guess likelier than the region as it is, and how many nats count at most: chosen on 52 places of
 * four repositories, by an untuned Qwen2.5-Coder 0.5B. It says less than the facts: the log loss falls from 0.548 to 0.514.
 */
const MODEL = { weight: 0.12, least: -8, most: 4 } as const;

/** `chance` behind what a model says. `nats`: the guess's log likelihood less that of the region as it is. */
export function chanceBehind(chance: number, nats: number): number {
  const said = Math.min(MODEL.most, Math.max(MODEL.least, nats));
  return sigmoid(Math.log(chance / (1 - chance)) + MODEL.weight * said);
}

/** On the scale of the sureness of what a model wrote, so that one threshold tells what is shown of both. */
export function surenessOfChance(chance: number, leastSureness: number): number {
  if (chance < LEAST_CHANCE) return (leastSureness * chance) / LEAST_CHANCE;
  return leastSureness + ((1 - leastSureness) * (chance - LEAST_CHANCE)) / (1 - LEAST_CHANCE);
}

/** What the regression sees. */
export function valuesOf({
  age,
  likeness,
  isNear,
  isName,
  changedLines,
  hasNewest,
  agreeing,
  bothWays,
  rivals,
}: GuessFacts) {
  return {
    any: 1,
    merged: Number(likeness !== null),
    unlike: 1 - (likeness ?? 1),
    age: Math.log1p(age),
    near: Number(isNear),
    name: Number(isName),
    changedLines: Math.log1p(changedLines),
    newest: Number(hasNewest),
    agreeing: Math.log(agreeing),
    bothWays: Number(bothWays),
    rivals: Math.log(rivals),
  };
}
