/**
 * How many pairs are measured: until the interval decides. It is checked after 24 pairs, twice as many, and so on, and each look has only a
 * share of the 5 % error to spend: so the interval holds wherever the measurement stops.
 *
 * Group sequential, with error spending (Lan & DeMets 1983; by the square of the share of pairs, Kim & DeMets 1987 with rho = 2). The
 * looks' errors are added up (union bound), which assumes nothing about how looks depend on each other and errs on the safe side.
 */
import type { Comparison } from '../protocol/report.ts';

/**
 * For intervals that miss 5 times in 100 wherever the measurement stops: with a few dozen pairs of very different lengths, each misses half
 * as often again as its level says (simulated: 7.4 in 100 with 5 % to spend, 5.2 with this).
 */
const ERROR = 0.035;
const FIRST_LOOK = 24;
/** Share of the loss: nobody would notice a smaller difference. */
const NEGLIGIBLE_SHARE = 0.005;

/** Numbers of pairs at which the interval is checked, the last being all. */
export function looksAt(pairs: number): number[] {
  const looks: number[] = [];
  for (let count = FIRST_LOOK; count < pairs * 0.75; count *= 2) looks.push(count);
  return [...looks, pairs];
}

/** The error probability each look may spend. */
export class ErrorSpending {
  readonly #pairs: number;
  #spent = 0;

  /** `pairs`: how many there are in all. */
  constructor(pairs: number) {
    this.#pairs = pairs;
  }

  /**
   * Level of the interval after `count` pairs. The `last` look spends what is left, wherever it comes: which one is last may depend only on
   * the number of pairs or the clock, not on what was measured.
   */
  level(count: number, last: boolean): number {
    const upToHere = last ? ERROR : Math.min(ERROR, ERROR * (count / this.#pairs) ** 2);
    const error = upToHere - this.#spent;
    this.#spent = upToHere;
    return 1 - error;
  }
}

/** Whether a difference in loss is settled: one is better, or neither by anything that matters. `loss`: nats a token. */
export function settled({ low, high }: Comparison['loss'], loss: number): boolean {
  if (low === null || high === null) return false;
  const negligible = NEGLIGIBLE_SHARE * loss;
  return high < 0 || low > 0 || (low > -negligible && high < negligible);
}
