/**
 * How much of an adapter applies. Weights interpolated between the base and a long tune do better on unseen text than either end (WiSE-FT,
 * Wortsman et al. 2022, section 3); for LoRA each interpolation is the same adapter with a smaller alpha: what was memorized goes first.
 */

/** Binary fractions, so that alpha times one is exact in F32. */
export const ADAPTER_SCALES: readonly number[] = [1, 0.75, 0.5, 0.375, 0.25];
/** Evaluations of a typical search: the scale where the last one ended, and one to either side. */
export const PASSES_PER_SEARCH = 3;

export interface ScaledLoss {
  readonly scale: number;
  readonly loss: number;
}

/** Walks from `from` to a scale at which the loss rises on both sides: down first, since longer tunes need smaller scales. */
export async function bestScale(lossAt: (scale: number) => Promise<number>, from: number): Promise<ScaledLoss> {
  const start = Math.max(0, ADAPTER_SCALES.indexOf(from));
  const first = ADAPTER_SCALES[start]!;
  let best: ScaledLoss = { scale: first, loss: await lossAt(first) };
  for (const side of [ADAPTER_SCALES.slice(start + 1), ADAPTER_SCALES.slice(0, start).reverse()]) {
    for (const scale of side) {
      const loss = await lossAt(scale);
      if (!(loss < best.loss)) break;
      best = { scale, loss };
    }
    if (best.scale !== first) break;
  }
  return best;
}
