import { describe, expect, it } from 'vitest';
import type { TrainRow } from '../types.ts';
import { type Anchor, Steering } from './steering.ts';

/** Ten rows of 100 tokens, 10 of them with loss; the n-th costs `ms[n]`, and its loss is n a token where nothing else is said. */
function steering(
  ms: readonly number[],
  loss: (number: number, scale: number) => number = (number) => number,
  anchor: Anchor | null = null,
) {
  let nowMs = 0;
  const seen: number[][] = [];
  const rows = Array.from(
    { length: 10 },
    (_, i): TrainRow => ({
      tokens: new Int32Array(100).fill(i),
      starts: new Int32Array(1),
      lossWeights: new Float32Array(),
    }),
  );
  const evaluate = async (some: readonly TrainRow[], scale = 1) => {
    const numbers = some.map(({ tokens }) => tokens[0]!);
    seen.push(numbers);
    for (const number of numbers) nowMs += ms[number] ?? 100;
    return { nll: 10 * numbers.reduce((sum, number) => sum + loss(number, scale), 0), lossTokens: 10 * numbers.length };
  };
  return { steering: new Steering({ evaluate }, rows, anchor), seen, nowMs: () => nowMs };
}

describe('Steering', () => {
  it('times two rows and does not evaluate them again for the loss', async () => {
    const { steering: looks, seen, nowMs } = steering([900, 200]);
    const timing = await looks.time(1, nowMs, () => true);
    expect(timing).toMatchObject({ losses: [{ nll: 0 }, { nll: 10 }], secondsPerToken: 0.002 });
    expect(await looks.loss(1, timing.losses)).toBeCloseTo(4.5);
    expect(seen).toEqual([[0], [1], [2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  it('times more rows before it calls a machine too slow', async () => {
    const { steering: looks, seen, nowMs } = steering([900, 900, 900, 100]);
    const timing = await looks.time(1, nowMs, (secondsPerToken) => secondsPerToken < 0.005);
    expect(timing.losses).toHaveLength(4);
    expect(timing.secondsPerToken).toBe(0.001);
    const slow = await looks.time(1, nowMs, () => false);
    expect(slow.losses).toHaveLength(8);
    expect(seen).toHaveLength(4 + 8);
  });

  it.each([
    [1000, 4.5, 10],
    [340, 1, 3],
    [360, 1.5, 4],
    [50, 0, 1],
  ])('limited to %d tokens, evaluates the same first rows every time', async (tokens, loss, rows) => {
    const { steering: looks, seen } = steering([]);
    looks.limit(tokens, 0);
    expect([await looks.loss(1), await looks.loss(0.5)]).toEqual([loss, loss]);
    expect(seen[0]).toHaveLength(rows);
    expect(seen[1]).toEqual(seen[0]);
    expect(looks.tokens).toBe(100 * rows);
  });

  it('glances at the same first rows, at the scale of the last evaluation, and says what the loss is by that of all', async () => {
    const { steering: looks, seen } = steering([], (number, scale) => (number + 1) * scale);
    looks.limit(1000, 200);
    const [whole, half] = [await looks.loss(1), await looks.loss(0.5)];
    expect([whole, half]).toEqual([5.5, 2.75]);
    looks.evaluated({ scale: 0.5, loss: half });
    expect(looks.anchor).toEqual({ scale: 0.5, loss: 2.75, few: 0.75 });
    seen.length = 0;
    expect(await looks.glance()).toBe(2.75);
    expect(seen).toEqual([[0, 1]]);
  });

  it.each([
    ['a part of the change, where they are few', 300, 0.5, 5.5 * 0.5 ** 0.2],
    ['more of it, where they are more', 800, 0.5, 5.5 * 0.5 ** 0.4],
    ['all of it, where they are all', 1000, 0.5, 2.75],
    ['what it was, where theirs has not changed', 300, 1, 5.5],
  ])('a glance at some rows says of the loss of all %s, also after a restart', async (_, tokens, change, glanced) => {
    const { steering: before } = steering([], (number) => number + 1);
    before.limit(1000, tokens);
    before.evaluated({ scale: 1, loss: await before.loss(1) });
    const { steering: resumed } = steering([], (number) => (number + 1) * change, before.anchor);
    resumed.limit(1000, tokens);
    expect(await resumed.glance()).toBeCloseTo(glanced);
  });

  it('leaves timed rows beyond the limit out of the loss', async () => {
    const { steering: looks, nowMs } = steering([]);
    const timing = await looks.time(1, nowMs, () => true);
    looks.limit(100, 0);
    expect(await looks.loss(1, timing.losses)).toBe(0);
  });
});
