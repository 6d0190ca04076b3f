/**
 * When the held-out loss is glanced at between two evaluations, so that a person sees it fall: a slow machine has time for two or three of
 * those. Nothing is decided by a glance, which is at a few pairs: of several weights one would look best by chance.
 *
 * Their share of the run is counted in tokens, not in seconds: it is the same however fast the machine is, and a busy moment that falls on
 * a glance does not take the time for the next ones.
 */

/** One to every so much of the run, evaluations included. */
const EVERY = 1 / 8;
/** Of the run's time, for all of them. */
const SHARE = 0.03;
/** For a single one, in the middle, where that share has time for none: a line from start to end shows nothing. */
const SHARE_OF_ONE = 0.05;
/** One row, of about three windows: fewer too often show the opposite of what all show. */
const LEAST_TOKENS = 1000;

/** Held-out tokens of each: as many as leave time for all, of the `most` that there are. */
export function glanceTokensIn(secondsLeft: number, secondsPerToken: number, most: number): number {
  const affordable = (SHARE * EVERY * secondsLeft) / secondsPerToken;
  return Math.min(most, Math.max(LEAST_TOKENS, Math.round(affordable)));
}

export class Glances {
  readonly #tokens: number;
  #count = 0;
  /** Progress of the run at the last point of its curve. */
  #last: number;

  /** `tokens`: of each. `progress` of the run so far, 0 to 1. */
  constructor(tokens: number, progress: number) {
    this.#tokens = tokens;
    this.#last = progress;
  }

  /** `computed`: tokens of forward passes since this began, as many as took the time of all the steps. */
  due(progress: number, computed: number): boolean {
    // Rounding must not delay one by a step.
    if (progress - this.#last < EVERY - 1e-9) return false;
    const inMiddle = this.#count === 0 && progress >= 0.5 && this.#tokens <= SHARE_OF_ONE * (computed / progress);
    return inMiddle || (this.#count + 1) * this.#tokens <= SHARE * computed;
  }

  glanced(progress: number): void {
    this.#last = progress;
    this.#count++;
  }

  /** The loss is known at this point without one. */
  evaluated(progress: number): void {
    this.#last = progress;
  }
}
