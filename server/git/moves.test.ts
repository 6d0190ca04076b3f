import { expect, it } from 'vitest';
import { Moves } from './moves.ts';

it('a move that a clock dated ahead counts from when it is noticed, and the next one anew', async () => {
  const at = { nowMs: 1000, movedMs: 400 };
  const moves = new Moves(
    () => at.nowMs,
    async () => at.movedMs,
  );
  expect(await moves.lastMs('/app')).toBe(400);
  at.movedMs = 9000;
  expect(await moves.lastMs('/app')).toBe(1000);
  at.nowMs = 2000;
  expect(await moves.lastMs('/app')).toBe(1000);
  at.movedMs = 9500;
  expect(await moves.lastMs('/app')).toBe(2000);
  at.movedMs = 2000;
  expect(await moves.lastMs('/app')).toBe(2000);
});

it('a folder whose moves cannot be read has none', async () => {
  const moves = new Moves(
    () => 1000,
    () => Promise.reject(new Error('EACCES')),
  );
  expect(await moves.lastMs('/app')).toBe(0);
});
