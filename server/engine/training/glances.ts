/**
 * When the held-out loss is glanced at between two evaluations, so that a person sees it fall: a slow machine has time for two or three of
 * those. Nothing is decided by a glance, which is at a few pairs: of several weights one would look best by chance.
 */

/** One to every so much of the run, evaluations included. */
const EVERY = 1 / 8;
/** Of the run's time, for all of them. */
const SHARE = 0.03;
/** One row, of about three windows: fewer too often show the opposite of what all show. */
const LEAST_TOKENS = 1000;

export interface GlancePlan {
  /** Held-out tokens of each; 0: there are none. */
  readonly tokens: number;
  /** What one takes, as far as is known. */
  readonly seconds: number;
}

export const NO_GLANCES: GlancePlan = { tokens: 0, seconds: 0 };

/** As much text as leaves time for all glances, of the `most` that there is. */
export function glanceIn(secondsLeft: number, secondsPerToken: number, most: number): GlancePlan {
  const affordable = (SHARE * EVERY * secondsLeft) / secondsPerToken;
  const tokens = Math.min(most, Math.max(LEAST_TOKENS, Math.round(affordable)));
  return { tokens, seconds: tokens * secondsPerToken };
}

export class Glances {
  /** Progress of the run at the last point of its curve, and its seconds when this began. */
  #last: number;
  readonly #since: number;
  #spent = 0;

  /** `progress`, 0 to 1, and `seconds` of the run so far. */
  constructor(progress: number, seconds: number) {
    this.#last = progress;
    this.#since = seconds;
  }

  /** `cost`: seconds that a glance takes. */
  due(progress: number, seconds: number, cost: number): boolean {
    // Rounding must not delay one by a step.
    return progress - this.#last >= EVERY - 1e-9 && this.#spent + cost <= SHARE * (seconds - this.#since);
  }

  /** The loss is known at this point, by an evaluation or by a glance that took so many seconds. */
  seen(progress: number, seconds = 0): void {
    this.#last = progress;
    this.#spent += seconds;
  }
}
