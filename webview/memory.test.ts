import { expect, test } from 'vitest';
import { NOTHING, type Remembered, readRemembered, withOpen } from './memory.ts';

test.each<[string, unknown, Remembered]>([
  ['nothing yet', undefined, NOTHING],
  ['no object', 'Tune', NOTHING],
  ['what an earlier version kept', { tab: 'Result' }, { ...NOTHING, tab: 'Result' }],
  [
    'all of it',
    { tab: 'Tune', size: 'quick', open: ['a'], runs: ['r'] },
    { tab: 'Tune', size: 'quick', open: ['a'], runs: ['r'] },
  ],
  ['what is of another kind', { tab: 3, size: null, open: 'a', runs: {} }, NOTHING],
  ['names that are none', { open: ['a', 7, null, 'b'] }, { ...NOTHING, open: ['a', 'b'] }],
])('from %s', (_, state, remembered) => {
  expect(readRemembered(state)).toEqual(remembered);
});

test('what is opened is kept once, and what is closed no longer', () => {
  expect(withOpen([], 'a', true)).toEqual(['a']);
  expect(withOpen(['a', 'b'], 'a', true)).toEqual(['b', 'a']);
  expect(withOpen(['a', 'b'], 'a', false)).toEqual(['b']);
  expect(withOpen(['b'], 'a', false)).toEqual(['b']);
});

test('of very many opened the oldest are forgotten', () => {
  let open: readonly string[] = [];
  for (let i = 0; i < 500; i++) open = withOpen(open, `part ${i}`, true);
  expect(open.length).toBeLessThanOrEqual(100);
  expect(open.at(-1)).toBe('part 499');
});
