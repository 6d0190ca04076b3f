import { expect, test } from 'vitest';
import { PreviewTurns } from './previewTurns.ts';

function at(folder: string | null, base: string | null): PreviewTurns<string> {
  const turns = new PreviewTurns<string>();
  turns.moveTo(folder, base);
  return turns;
}

test('asks about a folder once, however often it is shown', () => {
  const turns = at('/a', 'm');
  expect([turns.take(), turns.take()]).toEqual([true, false]);
  expect(turns.answered('/a', 'found')).toBe(true);
  expect(turns.moveTo('/a', 'm')).toBe(false);
  turns.retry();
  expect(turns.take()).toBe(false);
});

test('asks anew about another folder and another base', () => {
  const turns = at('/a', 'm');
  turns.take();
  turns.answered('/a', 'found');
  expect(turns.moveTo('/a', 'larger')).toBe(true);
  expect(turns.take()).toBe(true);
  turns.answered('/a', 'found');
  expect(turns.moveTo('/b', 'larger')).toBe(true);
  expect(turns.take()).toBe(true);
});

test('asks nothing without a folder, and shows the earlier answer on coming back', () => {
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

test('asks about each of two folders once, even when its answer comes while the other is in view', () => {
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

test('asks again after a failure only when told to retry', () => {
  const turns = at('/a', 'm');
  turns.take();
  expect(turns.answered('/a', null)).toBe(true);
  expect(turns.take()).toBe(false);
  turns.retry();
  expect(turns.take()).toBe(true);
});

test('drops an answer about an earlier base, and asks anew', () => {
  const turns = at('/a', 'm');
  turns.take();
  turns.moveTo('/a', 'larger');
  expect(turns.take()).toBe(false);
  expect(turns.answered('/a', 'found')).toBe(false);
  expect(turns.take()).toBe(true);
  expect(turns.answered('/a', 'found')).toBe(true);
});

test('owes a question about a folder that was refused its turn while another was asked about', () => {
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

test('drops an answer to a question that it did not ask', () => {
  expect(at('/a', 'm').answered('/a', 'found')).toBe(false);
});

test('does not take an answer about a folder of an earlier panel for that of the one in view', () => {
  const turns = at('/b', 'm');
  turns.take();
  expect(turns.answered('/a', 'of a')).toBe(false);
  expect(turns.answered('/a', null)).toBe(false);
  expect(turns.found).toBeUndefined();
  expect(turns.answered('/b', 'of b')).toBe(true);
  expect(turns.found).toBe('of b');
});
