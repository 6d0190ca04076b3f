/**
 * Preference training from single examples, wanted or unwanted, as signed weights of their losses: KTO (Ethayarajh et al. 2024, KTO: Model
 * Alignment as Prospect Theoretic Optimization, section 4). Pure.
 *
 * Of a text y at a place x, r = log p(y|x) - log p_reference(y|x) in nats. The loss is lambda (1 - sigmoid(beta (r - z0))) where y was
 * wanted and lambda (1 - sigmoid(beta (z0 - r))) where it was not. z0, an estimate of the KL divergence from the reference, is treated as a
 * constant. So the gradient is that of y's negative log likelihood times a factor, which is negative for unwanted texts.
 */
import { sigmoid } from '../../server/common/sigmoid.ts';

export type Wish = 'accepted' | 'rejected';

export interface Valued {
  readonly wish: Wish;
  /** r, nats. */
  readonly ratio: number;
}

export interface Valuation {
  /** How strongly distance from the reference counts: the larger, the sooner an example saturates. */
  readonly beta: number;
  /** z0, nats. */
  readonly referencePoint: number;
  readonly lambda: Readonly<Record<Wish, number>>;
}

/** Makes both kinds weigh the same in total, with 1 for the more common one (equation 9, at the lower end of its range). */
export function lambdasFor(accepted: number, rejected: number): Record<Wish, number> {
  if (accepted === 0 || rejected === 0) return { accepted: 1, rejected: 1 };
  return { accepted: Math.max(1, rejected / accepted), rejected: Math.max(1, accepted / rejected) };
}

/** z0 from r of texts at mismatched places, one per example of the batch; a divergence is never negative. */
export function referencePointOf(mismatchedRatios: readonly number[]): number {
  if (mismatchedRatios.length === 0) return 0;
  return Math.max(0, mismatchedRatios.reduce((sum, ratio) => sum + ratio, 0) / mismatchedRatios.length);
}

export function ktoLoss({ wish, ratio }: Valued, { beta, referencePoint, lambda }: Valuation): number {
  return lambda[wish] * (1 - sigmoid(signOf(wish) * beta * (ratio - referencePoint)));
}

/**
 * The weight of the example's negative log likelihood in the gradient, over beta / 4: 1 or -1 times lambda at r = z0, as a supervised text
 * weighs 1, and less the further r is from there. AdamW is invariant to the constant factor.
 */
export function ktoWeight({ wish, ratio }: Valued, { beta, referencePoint, lambda }: Valuation): number {
  const value = sigmoid(beta * (ratio - referencePoint));
  return signOf(wish) * lambda[wish] * 4 * value * (1 - value);
}

function signOf(wish: Wish): 1 | -1 {
  return wish === 'accepted' ? 1 : -1;
}
