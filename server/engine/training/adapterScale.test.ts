import { expect, it } from 'vitest';
import { ADAPTER_SCALES, bestScale } from './adapterScale.ts';

/** Losses in the order of ADAPTER_SCALES: 1, 0.75, 0.5, 0.375, 0.25. */
async function search(losses: readonly number[], from: number) {
  const looked: number[] = [];
  const best = await bestScale(async (scale) => {
    looked.push(scale);
    return losses[ADAPTER_SCALES.indexOf(scale)]!;
  }, from);
  return { ...best, looked };
}

it.each([
  ['stays at full scale when less is worse', [1, 2, 3, 4, 5], 1, { scale: 1, loss: 1, looked: [1, 0.75] }],
  ['descends to the lowest loss', [5, 4, 3, 4, 5], 1, { scale: 0.5, loss: 3, looked: [1, 0.75, 0.5, 0.375] }],
  ['descends to the lowest scale', [5, 4, 3, 2, 1], 0.5, { scale: 0.25, loss: 1, looked: [0.5, 0.375, 0.25] }],
  ['ascends to full scale', [3, 4, 5, 6, 7], 0.375, { scale: 1, loss: 3, looked: [0.375, 0.25, 0.5, 0.75, 1] }],
  ['stays when all losses are equal', [2, 2, 2, 2, 2], 0.5, { scale: 0.5, loss: 2, looked: [0.5, 0.375, 0.75] }],
  ['starts from full scale when its scale is unknown', [1, 2, 3, 4, 5], 0.9, { scale: 1, loss: 1, looked: [1, 0.75] }],
])('the search %s', async (_, losses, from, wanted) => expect(await search(losses, from)).toEqual(wanted));

it('alpha times any scale is exact in F32', () => {
  for (const scale of ADAPTER_SCALES) expect(Math.fround(32 * scale)).toBe(32 * scale);
});
