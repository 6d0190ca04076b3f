/**
 * How much of an adapter applies. Weights between the base's and those of a long tune do better on what neither has seen than either
 * end (WiSE-FT, Wortsman et al. 2022, section 3), and for LoRA every one of them is the same adapter with a smaller alpha: what was
 * learned by heart goes first.
 */

/** Binary fractions: alpha times one of them is exact in F32. */
export const ADAPTER_SCALES = [1, 0.75, 0.5, 0.375, 0.25] as const;
/** What a search usually evaluates: where the last one ended, and one scale to either side. */
export const PASSES_PER_SEARCH = 3;

export interface ScaledLoss {
  readonly scale: number;
  readonly loss: number;
}

/** Walks from `from` to where the loss rises on both sides: down first, for the longer a tune, the less of it applies. */
export async function bestScale(lossAt: (scale: number) => Promise<number>, from: number): Promise<ScaledLoss> {
  const start = Math.max(
    0,
    ADAPTER_SCALES.findIndex((scale) => scale === from),
  );
  const first = await at(start);
  const down = await walk(first, 1);
  return (down === first ? await walk(first, -1) : down).result;

  async function at(index: number): Promise<{ readonly index: number; readonly result: ScaledLoss }> {
    const scale = ADAPTER_SCALES[index]!;
    return { index, result: { scale, loss: await lossAt(scale) } };
  }

  async function walk(best: Awaited<ReturnType<typeof at>>, by: 1 | -1): Promise<Awaited<ReturnType<typeof at>>> {
    const index = best.index + by;
    if (ADAPTER_SCALES[index] === undefined) return best;
    const next = await at(index);
    return next.result.loss < best.result.loss ? await walk(next, by) : best;
  }
}
