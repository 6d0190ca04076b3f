/** States what part of an adapter's gain is knowledge of its repository. Pure: the panel uses it too. */

import type { OverLayout } from '../protocol/report.ts';
import { counted, tenths } from './format.ts';

/** All figures in percent of the base's loss. */
export function ownKnowledge({ pairs, base, layout, tuned, difference }: OverLayout): string {
  const percent = (nats: number): string => `${tenths((100 * nats) / base)} %`;
  const change = (loss: number): string => {
    const apart = percent(Math.abs(loss - base));
    if (apart === '0.0 %') return 'no lower';
    return loss < base ? `${apart} lower` : `${apart} higher`;
  };
  const { mean, low, high } = difference;
  const measured = `On ${counted(pairs, 'held-out pair')}, the loss is ${change(tuned)} than the base's, and that of the prepared base, which has not seen your code, is ${change(layout)}.`;
  if (low === null || high === null)
    return `${measured} These are too few pairs to tell what was learned from this repository.`;
  const between = `95 % interval ${percent(-high)} to ${percent(-low)}`;
  if (high < 0) return `${measured} The difference, ${percent(-mean)} (${between}), is knowledge of this repository.`;
  return low > 0
    ? `${measured} It knows this repository no better than the prepared base (${percent(-mean)}, ${between}).`
    : `${measured} What was learned from this repository cannot be told from chance (${percent(-mean)}, ${between}).`;
}
