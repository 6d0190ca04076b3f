/**
 * How much oftener, or more seldom, suggestions turn out right for this person than `../worth.ts` expects: a correction of the log odds, one
 * for each writer. It moves with every outcome by an extended Kalman filter (the online form of a logistic regression with a normal prior),
 * which forgets: no number of outcomes makes it stiffer than some 200 do.
 */
import type { Writer } from '../worth.ts';

/** Log odds, by who writes. */
export type Leans = Readonly<Record<Writer, number>>;

export const NO_LEANS: Leans = { base: 0, adapter: 0 };

export interface Lean {
  readonly logOdds: number;
  /** The variances, chance × (1 - chance), of the outcomes that it rests on. */
  readonly weight: number;
}

/** What is known of everybody weighs as much as some 50 outcomes, which have a variance of 0.2 each. */
export const PRIOR = 10;
const MOST_WEIGHT = 40;
/**
 * An even chance becomes 27 or 73 %, at most. What is shown then still is most of the sure ones, so that there always are outcomes to come
 * back by.
 */
export const MOST_LEAN = 1;

export type LeanState = Readonly<Record<Writer, Lean>>;

const NO_LEAN: Lean = { logOdds: 0, weight: PRIOR };
export const UNKNOWN: LeanState = { base: NO_LEAN, adapter: NO_LEAN };

/** What became of the first line of a suggestion that was shown unasked. */
export interface Outcome {
  readonly writer: Writer;
  /** That it is right, without a lean. */
  readonly chance: number;
  readonly isRight: boolean;
}

export function moved(state: LeanState, { writer, chance, isRight }: Outcome): LeanState {
  const { logOdds, weight } = state[writer];
  const expected = 1 / (1 + (1 / chance - 1) * Math.exp(-logOdds));
  const heavier = Math.min(MOST_WEIGHT, weight + expected * (1 - expected));
  const there = logOdds + (Number(isRight) - expected) / heavier;
  return {
    ...state,
    [writer]: { logOdds: Math.max(-MOST_LEAN, Math.min(MOST_LEAN, there)), weight: heavier },
  };
}

export function leansOf({ base, adapter }: LeanState): Leans {
  return { base: base.logOdds, adapter: adapter.logOdds };
}
