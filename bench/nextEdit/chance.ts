/** Fits and judges the chance that a change made once more is right: a logistic regression by Newton's method, judged on repositories left out. Pure. */
import type { EditExample } from '../../server/mining/edits/examples.ts';
import { type GuessWithFacts, guessesOf } from '../../server/nextEdit/carriedOn.ts';
import { chanceBy, sigmoid, type Values, valuesOf } from '../../server/nextEdit/chance.ts';

/** What may be made again at one place. */
export interface GuessedPlace {
  readonly guesses: readonly { readonly values: Values; readonly isRight: boolean }[];
  /** The same of the plain program that makes the newest change once more; null where it has nothing to say. */
  readonly newest: boolean | null;
  readonly isEdit: boolean;
}

export function guessedAt({ situation, updated, kind }: EditExample, newest: readonly string[] | null): GuessedPlace {
  const isRight = (answer: readonly string[]): boolean => answer.join('\n') === updated.join('\n');
  return {
    guesses: guessesOf(situation).map(({ answer, facts }: GuessWithFacts) => ({
      values: valuesOf(facts),
      isRight: isRight(answer),
    })),
    newest: newest && isRight(newest),
    isEdit: kind === 'edit',
  };
}

/** Towards 0, so that a fact that few guesses have says little. */
const RIDGE = 1;
const ITERATIONS = 25;

export function fitted(places: readonly GuessedPlace[]): Values {
  const guesses = places.flatMap((place) => place.guesses);
  const names = Object.keys(guesses[0]!.values) as (keyof Values)[];
  const rows = guesses.map(({ values }) => names.map((name) => values[name]));
  let weights = names.map(() => 0);
  for (let i = 0; i < ITERATIONS; i++) {
    const gradient = weights.map((weight) => -RIDGE * weight);
    const hessian = names.map((_, a) => names.map((__, b) => (a === b ? RIDGE : 0)));
    for (const [r, row] of rows.entries()) {
      const chance = sigmoid(dot(row, weights));
      const error = Number(guesses[r]!.isRight) - chance;
      for (const [a, value] of row.entries()) {
        gradient[a]! += error * value;
        for (const [b, other] of row.entries()) hessian[a]![b]! += chance * (1 - chance) * value * other;
      }
    }
    const step = solved(hessian, gradient);
    weights = weights.map((weight, a) => weight + step[a]!);
  }
  return Object.fromEntries(names.map((name, a) => [name, weights[a]!])) as unknown as Values;
}

export interface Judgement {
  readonly edits: number;
  /** Edits that one of the guesses gets right. */
  readonly within: number;
  /** Places where the likeliest guess is at least so likely, and where it is right. */
  readonly shown: number;
  readonly right: number;
  readonly newestShown: number;
  readonly newestRight: number;
}

export function judged(places: readonly GuessedPlace[], coefficients: Values, least: number): Judgement {
  const best = places.map(({ guesses }) =>
    guesses
      .map(({ values, isRight }) => ({ chance: chanceBy(coefficients, values), isRight }))
      .reduce((a, b) => (b.chance > a.chance ? b : a), { chance: 0, isRight: false }),
  );
  const shown = best.filter(({ chance }) => chance >= least);
  return {
    edits: places.filter(({ isEdit }) => isEdit).length,
    within: places.filter(({ isEdit, guesses }) => isEdit && guesses.some(({ isRight }) => isRight)).length,
    shown: shown.length,
    right: shown.filter(({ isRight }) => isRight).length,
    newestShown: places.filter(({ newest }) => newest !== null).length,
    newestRight: places.filter(({ newest }) => newest === true).length,
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** x of matrix · x = vector, by Gauss's elimination; the matrix is positive definite. */
function solved(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, vector[i]!]);
  for (let at = 0; at < rows.length; at++) {
    const pivot = rows[at]!;
    for (const [i, row] of rows.entries()) {
      if (i === at) continue;
      const factor = row[at]! / pivot[at]!;
      for (let k = at; k < row.length; k++) row[k]! -= factor * pivot[k]!;
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}
