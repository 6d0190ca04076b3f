import { expect, it } from 'vitest';
import { Ledger } from './ledger.ts';

it('adds up the time of each part, including failures, on top of earlier sums', async () => {
  let nowMs = 0;
  const ledger = new Ledger(() => nowMs, { steps: 10, evaluations: 0 });
  const taking = (ms: number) => async () => {
    nowMs += ms;
    return ms;
  };
  expect(await ledger.timed('steps', taking(2000))).toBe(2000);
  nowMs += 500;
  await ledger.timed('evaluations', taking(1000));
  const failing = ledger.timed('evaluations', async () => {
    nowMs += 3000;
    throw new Error('lost');
  });
  await expect(failing).rejects.toThrow('lost');
  ledger.add('steps', 1);
  expect(ledger.spent).toEqual({ steps: 13, evaluations: 4 });
  expect(ledger.seconds).toBe(17);
});
