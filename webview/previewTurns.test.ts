import { expect, test } from 'vitest';
import { PreviewTurns } from './previewTurns.ts';

function at(folder: string | null, base: string | null): PreviewTurns<string> {
  const turns = new PreviewTurns<string>();
  turns.moveTo(folder, base);
  return turns;
}

test('a folder is asked about once, however often it is looked at', () => {
  const turns = at('/a', 'm');
  expect([turns.take(), turns.take()]).toEqual([true, false]);
  expect(turns.answered('/a', 'found')).toBe(true);
  expect(turns.moveTo('/a', 'm')).toBe(false);
  turns.retry();
  expect(turns.take()).toBe(false);
});

test('another folder and another base are asked about anew', () => {
  const turns = at('/a', 'm');
  turns.take();
  turns.answered('/a', 'found');
  expect(turns.moveTo('/a', 'larger')).toBe(true);
  expect(turns.take()).toBe(true);
  turns.answered('/a', 'found');
  expect(turns.moveTo('/b', 'larger')).toBe(true);
  expect(turns.take()).toBe(true);
});

test('without a folder nothing is asked, and coming back shows what was found', () => {
  const turns = new PreviewTurns<string>();
  expect(turns.moveTo(null, 'm')).toBe(true);
  expect(turns.take()).toBe(false);
  turns.moveTo('/a', 'm');
  turns.take();
  turns.answered('/a', 'found');
  turns.moveTo(null, 'm');
  expect(turns.found).toBeUndefined();
  turns.moveTo('/a', 'm');
  expect(turns.found).toBe('found');
  expect(turns.take()).toBe(false);
});

test('between two folders each is asked about once, also when its answer comes while the other is in view', () => {
  const turns = at('/a', 'm');
  turns.take();
  turns.moveTo('/b', 'm');
  expect(turns.take()).toBe(false);
  expect(turns.answered('/a', 'of a')).toBe(false);
  expect(turns.found).toBeUndefined();
  expect(turns.take()).toBe(true);
  expect(turns.answered('/b', 'of b')).toBe(true);
  turns.moveTo('/a', 'm');
  expect([turns.found, turns.take()]).toEqual(['of a', false]);
  turns.moveTo('/b', 'm');
  expect([turns.found, turns.take()]).toEqual(['of b', false]);
});

test('a failure is not asked about by itself again, but when it is wanted', () => {
  const turns = at('/a', 'm');
  turns.take();
  expect(turns.answered('/a', null)).toBe(true);
  expect(turns.take()).toBe(false);
  turns.retry();
  expect(turns.take()).toBe(true);
});

test('an answer about what is no longer in view is dropped, and the question put anew', () => {
  const turns = at('/a', 'm');
  turns.take();
  turns.moveTo('/a', 'larger');
  expect(turns.take()).toBe(false);
  expect(turns.answered('/a', 'found')).toBe(false);
  expect(turns.take()).toBe(true);
  expect(turns.answered('/a', 'found')).toBe(true);
});

test('a place that was looked at in vain while another was asked about is asked about behind it', () => {
  const turns = at('/a', 'm');
  turns.take();
  expect(turns.isOwed).toBe(false);
  turns.moveTo('/b', 'm');
  turns.take();
  turns.answered('/a', 'of a');
  expect(turns.isOwed).toBe(true);
  expect(turns.take()).toBe(true);
  expect(turns.isOwed).toBe(false);
  turns.moveTo('/c', 'm');
  turns.answered('/b', 'of b');
  // No preview was requested for this one.
  expect(turns.isOwed).toBe(false);
});

test('an answer to a question of an earlier panel is dropped', () => {
  expect(at('/a', 'm').answered('/a', 'found')).toBe(false);
});

test('an answer about a folder that an earlier panel asked about is not taken for that of the one in view', () => {
  const turns = at('/b', 'm');
  turns.take();
  expect(turns.answered('/a', 'of a')).toBe(false);
  expect(turns.answered('/a', null)).toBe(false);
  expect(turns.found).toBeUndefined();
  expect(turns.answered('/b', 'of b')).toBe(true);
  expect(turns.found).toBe('of b');
});
