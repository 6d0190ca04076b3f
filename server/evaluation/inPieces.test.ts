import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inPieces } from './inPieces.ts';

const plan = { from: 0, to: 20, least: 0, untilMs: Number.POSITIVE_INFINITY, nowMs: Date.now, signal: undefined };

function recorded(): { done: Record<string, number[]>; keep: (model: string, from: number, to: number) => () => void } {
  const done: Record<string, number[]> = { a: [], b: [] };
  return {
    done,
    keep: (model, from, to) => () => {
      for (let i = from; i < to; i++) done[model]!.push(i);
    },
  };
}

it('all models do all items once, in order', async () => {
  const { done, keep } = recorded();
  expect(await inPieces(['a', 'b'], plan, async (model, from, to) => keep(model, from, to))).toBe(20);
  const all = Array.from({ length: 20 }, (_, i) => i);
  expect(done).toEqual({ a: all, b: all });
});

it('when time is up within a piece, all models have done the same items', async () => {
  const { done, keep } = recorded();
  const limited = { ...plan, untilMs: Date.now() + 120 };
  const count = await inPieces(['a', 'b'], limited, async (model, from, to, signal) => {
    await setTimeout(15 * (to - from), undefined, { signal });
    return keep(model, from, to);
  });
  expect(count).toBeLessThan(20);
  expect(done['a']).toEqual(done['b']);
  expect(done['a']).toHaveLength(count);
});

it('time during which the clock stood still does not count against the limit', async () => {
  const { done, keep } = recorded();
  let tries = 0;
  const held = { ...plan, to: 2, untilMs: 40, nowMs: () => 0 };
  const count = await inPieces(['a'], held, async (model, from, to, signal) => {
    // The system's clock passes the limit.
    if (tries++ === 0) await setTimeout(60_000, undefined, { signal });
    return keep(model, from, to);
  });
  expect(count).toBe(2);
  expect(tries).toBeGreaterThan(2);
  expect(done['a']).toEqual([0, 1]);
});

it('after the time limit the required minimum is done, and no more', async () => {
  const { done, keep } = recorded();
  const late = { ...plan, least: 2, untilMs: Date.now() - 1 };
  expect(await inPieces(['a', 'b'], late, async (model, from, to) => keep(model, from, to))).toBe(2);
  expect(done).toEqual({ a: [0, 1], b: [0, 1] });
});

it('an abort within a piece rejects with its reason', async () => {
  const abort = new AbortController();
  const running = inPieces(['a'], { ...plan, signal: abort.signal }, async (_, _from, _to, signal) => {
    abort.abort(new Error('stopped'));
    signal?.throwIfAborted();
    return () => {};
  });
  await expect(running).rejects.toThrow('stopped');
});
