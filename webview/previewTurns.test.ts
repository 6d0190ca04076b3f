import { expect, test } from 'vitest';
import { PreviewTurns } from './previewTurns.ts';

function at(folder: string | null, base: string | null): PreviewTurns {
  const turns = new PreviewTurns();
  turns.moveTo(folder, base);
  return turns;
}

test('a folder is asked about once, however often it is looked at', () => {
  const turns = at('/a', 'm');
  expect([turns.take(), turns.take()]).toEqual([true, false]);
  expect(turns.answered(true)).toBe(true);
  expect(turns.moveTo('/a', 'm')).toBe(false);
  turns.retry();
  expect(turns.take()).toBe(false);
});

test('another folder and another base are asked about anew', () => {
  const turns = at('/a', 'm');
  turns.take();
  turns.answered(true);
  expect(turns.moveTo('/a', 'larger')).toBe(true);
  expect(turns.take()).toBe(true);
  turns.answered(true);
  expect(turns.moveTo('/b', 'larger')).toBe(true);
  expect(turns.take()).toBe(true);
});

test('without a folder nothing is asked, and coming back asks', () => {
  const turns = new PreviewTurns();
  expect(turns.moveTo(null, 'm')).toBe(true);
  expect(turns.take()).toBe(false);
  turns.moveTo('/a', 'm');
  turns.take();
  turns.answered(true);
  turns.moveTo(null, 'm');
  turns.moveTo('/a', 'm');
  expect(turns.take()).toBe(true);
});

test('a failure is not asked about by itself again, but when it is wanted', () => {
  const turns = at('/a', 'm');
  turns.take();
  expect(turns.answered(false)).toBe(true);
  expect(turns.take()).toBe(false);
  turns.retry();
  expect(turns.take()).toBe(true);
});

test('an answer about what is no longer in view is dropped, and the question put anew', () => {
  const turns = at('/a', 'm');
  turns.take();
  turns.moveTo('/a', 'larger');
  expect(turns.take()).toBe(false);
  expect(turns.answered(true)).toBe(false);
  expect(turns.take()).toBe(true);
  expect(turns.answered(true)).toBe(true);
});

test('an answer to a question of an earlier panel is dropped', () => {
  expect(at('/a', 'm').answered(true)).toBe(false);
});
