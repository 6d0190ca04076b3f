/** Fits the chance that a suggestion's first line is right, and evaluates it on places it was not fitted to. Pure. */

import { hashFraction } from '../../server/common/random.ts';
import { sigmoid } from '../../server/common/sigmoid.ts';
import { type Coefficients, type Costs, doubtOf, shownPart } from '../../server/completion/worth.ts';
import { dot, logistic } from '../logistic.ts';
import type { Answer, Facts } from './answers.ts';

/** Small, since answers are many and facts few. */
const RIDGE = 0.1;
const FOLDS = 10;

type Seen = (answer: Answer) => number[];

export const seesLine: Seen = (answer) => [1, -doubtOf(answer)];

export const seesMore =
  (fact: keyof Facts): Seen =>
  (answer) => [...seesLine(answer), answer.facts[fact]];

export const seesMean: Seen = ({ facts }) => [1, facts.mean];

export function coefficientsOf(answers: readonly Answer[]): Coefficients {
  const [certain, doubt] = weightsOf(answers, seesLine);
  return { certain: certain!, doubt: doubt! };
}

function weightsOf(answers: readonly Answer[], seen: Seen): number[] {
  return logistic(
    answers.map((one) => ({ values: seen(one), isRight: one.isRight, weight: one.weight })),
    RIDGE,
  );
}

/** The chance for each answer, fitted on other places: tenfold cross-validation by place. */
export function chancesElsewhere(answers: readonly Answer[], seen: Seen): number[] {
  const foldOf = ({ place }: Answer): number => Math.floor(FOLDS * hashFraction('silence', place));
  const weights = Array.from({ length: FOLDS }, (_, fold) => {
    const others = answers.filter((one) => foldOf(one) !== fold);
    return others.length === 0 ? null : weightsOf(others, seen);
  });
  return answers.map((one) => {
    const fitted = weights[foldOf(one)];
    return fitted == null ? Number.NaN : sigmoid(dot(seen(one), fitted));
  });
}

export interface Goodness {
  /** Probability that a right answer ranks above a wrong one: the area under the ROC curve. */
  readonly ranked: number;
  /** Mean negative log of the probability given to the actual outcome, in nats. */
  readonly logLoss: number;
}

export function goodnessOf(answers: readonly Answer[], chances: readonly number[]): Goodness {
  const weight = answers.reduce((sum, one) => sum + one.weight, 0);
  let [loss, pairs, ordered] = [0, 0, 0];
  for (const [i, one] of answers.entries()) {
    loss -= one.weight * Math.log(one.isRight ? chances[i]! : 1 - chances[i]!);
    if (!one.isRight) continue;
    for (const [j, other] of answers.entries()) {
      if (other.isRight) continue;
      const both = one.weight * other.weight;
      pairs += both;
      if (chances[i]! > chances[j]!) ordered += both;
      else if (chances[i] === chances[j]) ordered += both / 2;
    }
  }
  return { ranked: ordered / pairs, logLoss: loss / weight };
}

export interface Calibrated {
  readonly from: number;
  readonly answers: number;
  readonly chance: number;
  readonly right: number;
}

/** By quintiles of the chance. */
export function calibrationOf(answers: readonly Answer[], chances: readonly number[]): Calibrated[] {
  return [0, 0.2, 0.4, 0.6, 0.8].flatMap((from) => {
    const indices = answers.flatMap((_, i) => (chances[i]! >= from && chances[i]! < from + 0.2 ? [i] : []));
    const mean = (value: (i: number) => number): number =>
      indices.reduce((sum, i) => sum + answers[i]!.weight * value(i), 0) /
      indices.reduce((sum, i) => sum + answers[i]!.weight, 0);
    if (indices.length === 0) return [];
    const right = mean((i) => Number(answers[i]!.isRight));
    return [{ from, answers: indices.length, chance: mean((i) => chances[i]!), right }];
  });
}

export interface Shown {
  readonly shown: number;
  readonly right: number;
  readonly kept: number;
  /** Characters from the first wrong one on. */
  readonly wrong: number;
}

/** The part of an answer that is shown; null for nothing. */
export type Showing = (answer: Answer, i: number) => string | null;

export function shownOf(answers: readonly Answer[], showing: Showing): Shown {
  const shown = answers.flatMap((one, i) => {
    const text = showing(one, i);
    return text === null ? [] : [{ ...one, text, kept: Math.min(one.kept, text.length) }];
  });
  const total = (value: (one: Answer) => number): number => shown.reduce((sum, one) => sum + value(one), 0);
  return {
    shown: shown.length,
    right: total(({ isRight }) => Number(isRight)),
    kept: total(({ kept }) => kept),
    wrong: total(({ text, kept }) => text.length - kept),
  };
}

export function worthShowing(chances: readonly number[], costs: Costs): Showing {
  return ({ text, alone }, i) => shownPart(text, chances[i]!, alone, costs);
}
