import { expect, it, test, vi } from 'vitest';
import { dayAt, daysBefore, mondayOf, sinceText } from './calendar.ts';

it.each([
  ['America/Los_Angeles', '2026-03-05T08:00:00Z'],
  ['Asia/Tokyo', '2026-03-04T15:00:00Z'],
  ['UTC', '2026-03-05T00:00:00Z'],
])('a day in %s begins at local midnight', (zone, midnight) => {
  vi.stubEnv('TZ', zone);
  const at = Date.parse(midnight);
  expect([at - 1, at, at + 86_399_999].map(dayAt)).toEqual(['2026-03-04', '2026-03-05', '2026-03-05']);
  vi.unstubAllEnvs();
});

test.each(['UTC', 'America/Los_Angeles', 'Pacific/Auckland'])(
  'counts days back over ends of months and years and over clock changes in %s',
  (zone) => {
    vi.stubEnv('TZ', zone);
    expect(['2026-03-01', '2026-01-01', '2026-03-09', '2026-04-06'].map((day) => daysBefore(day, 1))).toEqual([
      '2026-02-28',
      '2025-12-31',
      '2026-03-08',
      '2026-04-05',
    ]);
    vi.unstubAllEnvs();
  },
);

it.each([
  ['2026-01-01', '2025-12-29'],
  ['2026-01-04', '2025-12-29'],
  ['2026-01-05', '2026-01-05'],
])('%s is in the week of Monday %s', (day, monday) => {
  expect(mondayOf(day)).toBe(monday);
});

test('what began before midnight is told with its day, and midnight is 00:00', () => {
  vi.stubEnv('TZ', 'UTC');
  const now = Date.parse('2026-03-05T08:00:00Z');
  const said = ['2026-03-05T07:59:00Z', '2026-03-05T00:05:09Z', '2026-03-04T23:58:00Z'].map((at) =>
    sinceText(Date.parse(at), now),
  );
  expect(said).toEqual(['07:59', '00:05', '2026-03-04 23:58']);
  vi.unstubAllEnvs();
});
