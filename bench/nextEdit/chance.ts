/** Fits and evaluates the chance that repeating a change is right: a logistic regression, evaluated on left-out repositories. Pure. */
import type { LineChange } from '../../server/edits/change.ts';
import type { EditExample } from '../../server/mining/edits/examples.ts';
import { type GuessWithFacts, guessesOf } from '../../server/nextEdit/carriedOn.ts';
import { chanceBy, type Values, valuesOf } from '../../server/nextEdit/chance.ts';
import { logistic } from '../logistic.ts';

/** The changes that may be repeated at one place. */
export interface GuessedPlace {
  readonly guesses: readonly { readonly values: Values; readonly isRight: boolean }[];
  /** The same for the plain program that repeats the newest change; null if it proposes nothing. */
  readonly newest: boolean | null;
  readonly isEdit: boolean;
}

/** `repeatable`: the recent changes that may be repeated. */
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
  /** Places where the likeliest guess reaches the threshold, and where it is also right. */
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
