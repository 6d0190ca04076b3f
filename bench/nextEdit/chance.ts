/** Fits and judges the chance that a change made once more is right: a logistic regression, judged on repositories left out. Pure. */
import type { LineChange } from '../../server/edits/change.ts';
import type { EditExample } from '../../server/mining/edits/examples.ts';
import { type GuessWithFacts, guessesOf } from '../../server/nextEdit/carriedOn.ts';
import { chanceBy, type Values, valuesOf } from '../../server/nextEdit/chance.ts';
import { logistic } from '../logistic.ts';

/** What may be made again at one place. */
export interface GuessedPlace {
  readonly guesses: readonly { readonly values: Values; readonly isRight: boolean }[];
  /** The same of the plain program that makes the newest change once more; null where it has nothing to say. */
  readonly newest: boolean | null;
  readonly isEdit: boolean;
}

/** `repeatable`: of the recent changes, those that may be made again. */
export function guessedAt(
  { situation, updated, kind }: EditExample,
  repeatable: readonly LineChange[],
  newest: readonly string[] | null,
): GuessedPlace {
  const isRight = (answer: readonly string[]): boolean => answer.join('\n') === updated.join('\n');
  return {
    guesses: guessesOf(situation, repeatable).map(({ answer, facts }: GuessWithFacts) => ({
      values: valuesOf(facts),
      isRight: isRight(answer),
    })),
    newest: newest && isRight(newest),
    isEdit: kind === 'edit',
  };
}

export function fitted(places: readonly GuessedPlace[]): Values {
  const guesses = places.flatMap((place) => place.guesses);
  const names = Object.keys(guesses[0]!.values) as (keyof Values)[];
  const weights = logistic(
    guesses.map(({ values, isRight }) => ({ values: names.map((name) => values[name]), isRight })),
  );
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
