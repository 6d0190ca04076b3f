/** Whether a run was too short to learn a repository, and the note about it. Pure: the panel uses it too. */
import type { EndReason } from '../protocol/tune.ts';

/**
 * Fewer steps are not worth a run, unless they are all there is to learn. Adam moves a weight by about the learning rate per step, and an
 * adapter starts at zero: its second moments take some 20 steps to estimate the size of the gradients (beta2 0.95), and the cosine halves
 * the mean rate. Below 30 steps an adapter hardly differs from none, and the gate has nothing to measure.
 */
export const LEAST_STEPS = 30;

/** '' if it was long enough, or if something else than the time ended it: more would not have helped. */
export function shortRunNote({ steps, end }: { readonly steps: number; readonly end: EndReason | string }): string {
  if (steps >= LEAST_STEPS || end !== ('time-limit' satisfies EndReason)) return '';
  return `It was tuned for only ${steps} ${steps === 1 ? 'step' : 'steps'}, too few to have learned this repository: under ${LEAST_STEPS} steps, an adapter learns mostly how Repotune asks, not your code. Allow more minutes, or choose a smaller base.`;
}
