import { expect, it } from 'vitest';
import { newestFirst } from './newestFirst.ts';

const NOW_MS = Date.parse('2026-03-10T12:00:00.000Z');

it.each([
  ['by date', ['2026-01-01T00:00:00Z', '2026-03-10T00:00:00Z'], ['2026-03-10T00:00:00Z', '2026-01-01T00:00:00Z']],
  [
    'whatever the digits',
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.500Z'],
    ['2026-01-01T00:00:00.500Z', '2026-01-01T00:00:00Z'],
  ],
  ['a little fast', ['2026-03-10T00:00:00Z', '2026-03-11T00:00:00Z'], ['2026-03-11T00:00:00Z', '2026-03-10T00:00:00Z']],
  [
    'of the future last',
    ['2099-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z', '2099-01-01T00:00:00Z'],
  ],
  [
    'all of the future, as on a machine whose clock is slow',
    ['2098-01-01T00:00:00Z', '2099-01-01T00:00:00Z'],
    ['2099-01-01T00:00:00Z', '2098-01-01T00:00:00Z'],
  ],
])('versions are in order: %s', (_, dates, expected) => {
  const versions = dates.map((createdAt) => ({ manifest: { createdAt } }));
  expect(newestFirst(versions, NOW_MS).map(({ manifest }) => manifest.createdAt)).toEqual(expected);
});
