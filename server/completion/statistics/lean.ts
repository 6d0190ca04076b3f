/**
 * How much more or less often suggestions turn out right for this person than `../worth.ts` expects: a correction of the log odds per
 * writer. Every outcome updates it by an extended Kalman filter (online logistic regression with a normal prior) that forgets: it never
 * gets stiffer than after some 200 outcomes.
 */
import type { Writer } from '../worth.ts';

/** Log odds, by who writes. */
export type Leans = Readonly<Record<Writer, number>>;

export const NO_LEANS: Leans = { base: 0, adapter: 0 };

export interface Lean {
  readonly logOdds: number;
  /** Sum of the variances, chance × (1 - chance), of the outcomes so far. */
  readonly weight: number;
}

/** The prior, no lean, weighs as much as some 50 outcomes with a variance of 0.2 each. */
export const PRIOR = 10;
const MOST_WEIGHT = 40;
/**
 * An even chance becomes 27 or 73 % at most. Most of the confident suggestions are then still shown, so there are always outcomes to
 * recover by.
 */
export const MOST_LEAN = 1;

export type LeanState = Readonly<Record<Writer, Lean>>;

const NO_LEAN: Lean = { logOdds: 0, weight: PRIOR };
export const UNKNOWN: LeanState = { base: NO_LEAN, adapter: NO_LEAN };

/** Outcome of the first line of a suggestion shown unasked. */
export interface Outcome {
  readonly writer: Writer;
  /** Of being right, without a lean. */
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
