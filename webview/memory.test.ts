import { expect, test } from 'vitest';
import { NOTHING, type Remembered, readRemembered, withOpen } from './memory.ts';

test.each<[string, unknown, Remembered]>([
  ['no stored state', undefined, NOTHING],
  ['a value that is not an object', 'Tune', NOTHING],
  ['the state of an earlier version', { tab: 'Result' }, { ...NOTHING, tab: 'Result' }],
  [
    'a complete state',
    { tab: 'Tune', size: 'quick', open: ['a'], runs: ['r'] },
    { tab: 'Tune', size: 'quick', open: ['a'], runs: ['r'] },
  ],
  ['fields of the wrong type', { tab: 3, size: null, open: 'a', runs: {} }, NOTHING],
  ['names that are not texts', { open: ['a', 7, null, 'b'] }, { ...NOTHING, open: ['a', 'b'] }],
])('restores %s', (_, state, remembered) => {
  expect(readRemembered(state)).toEqual(remembered);
});

test('keeps an opened part once, and a closed one no longer', () => {
  expect(withOpen([], 'a', true)).toEqual(['a']);
  expect(withOpen(['a', 'b'], 'a', true)).toEqual(['b', 'a']);
  expect(withOpen(['a', 'b'], 'a', false)).toEqual(['b']);
  expect(withOpen(['b'], 'a', false)).toEqual(['b']);
});

test('forgets the oldest of very many opened parts', () => {
  let open: readonly string[] = [];
  for (let i = 0; i < 500; i++) open = withOpen(open, `part ${i}`, true);
  expect(open.length).toBeLessThanOrEqual(100);
  expect(open.at(-1)).toBe('part 499');
});
