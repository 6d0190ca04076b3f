/**
 * Preference training from single examples that were wanted or not, as signed weights of their losses: KTO (Ethayarajh et al. 2024, KTO: Model
 * Alignment as Prospect Theoretic Optimization, section 4). Pure.
 *
 * Of a text y at a place x, r = log p(y|x) - log p_reference(y|x) in nats. The loss is lambda (1 - sigmoid(beta (r - z0))) where y was wanted
 * and lambda (1 - sigmoid(beta (z0 - r))) where it was not. z0, an estimate of the KL divergence from the reference, is taken as a constant. So
 * the gradient is that of y's negative log likelihood times a number, which is below 0 for what was not wanted.
 */
import { sigmoid } from '../../server/common/sigmoid.ts';

export type Wish = 'accepted' | 'rejected';

export interface Valued {
  readonly wish: Wish;
  /** r, nats. */
  readonly ratio: number;
}

export interface Valuation {
  /** How far from the reference counts: the larger, the sooner an example has done its part. */
  readonly beta: number;
  /** z0, nats. */
  readonly referencePoint: number;
  readonly lambda: Readonly<Record<Wish, number>>;
}

/** So that both kinds weigh the same in sum, the commoner one 1 (equation 9, at the lower end of its range). */
export function lambdasFor(accepted: number, rejected: number): Record<Wish, number> {
  if (accepted === 0 || rejected === 0) return { accepted: 1, rejected: 1 };
  return { accepted: Math.max(1, rejected / accepted), rejected: Math.max(1, accepted / rejected) };
}

/** z0 from r of texts at places that are not theirs, one for each example of the batch; a divergence is not below 0. */
export function referencePointOf(mismatchedRatios: readonly number[]): number {
  if (mismatchedRatios.length === 0) return 0;
  return Math.max(0, mismatchedRatios.reduce((sum, ratio) => sum + ratio, 0) / mismatchedRatios.length);
}

export function ktoLoss({ wish, ratio }: Valued, { beta, referencePoint, lambda }: Valuation): number {
  return lambda[wish] * (1 - sigmoid(signOf(wish) * beta * (ratio - referencePoint)));
}

/**
 * What the negative log likelihood of the example weighs in the gradient, over beta / 4: 1 or -1 times lambda where r is z0, as a text that is
 * learned weighs 1, and less the further r is from there. AdamW does not see the constant factor.
 */
export function ktoWeight({ wish, ratio }: Valued, { beta, referencePoint, lambda }: Valuation): number {
  const value = sigmoid(beta * (ratio - referencePoint));
  return signOf(wish) * lambda[wish] * 4 * value * (1 - value);
}

function signOf(wish: Wish): 1 | -1 {
  return wish === 'accepted' ? 1 : -1;
}
