import { expect, test } from 'vitest';
import { applied } from './testing.ts';
import { tooShort } from './tooShort.ts';

test('a single character is dropped while typing and offered when invoked', async () => {
  expect(await applied(tooShort, 'x = ║', '1')).toBe('dropped: too short');
  expect(await applied(tooShort, 'x = ║', ' 1 ')).toBe('dropped: too short');
  expect(await applied(tooShort, 'x = ║', '1', 'python', { invoked: true })).toBe('x = ⟦1⟧');
  expect(await applied(tooShort, 'x = ║', '10')).toBe('x = ⟦10⟧');
});
