import { afterEach, expect, test, vi } from 'vitest';
import type { StoredAdapter } from '../adapters/store.ts';
import type { Manifest } from '../protocol/manifest.ts';
import { NO_COUNTS } from '../protocol/statistics.ts';
import { eventsOf, type History, TIMELINE_MS, weeksOf } from './timeline.ts';

afterEach(() => void vi.unstubAllEnvs());

const at = (text: string): number => Date.parse(`${text}Z`);

type Listed = History['adapters'][number];
const version = (id: string, createdAt: string, standing: StoredAdapter['standing']): Listed => ({
  id,
  name: `${id}-name`,
  manifest: {
    createdAt: `${createdAt}Z`,
    dataset: { trainPairs: 40 },
    metrics: { heldOutLossBase: 2, heldOutLossTuned: 1.8 },
  } as Manifest,
  standing,
});

const history: History = {
  nowMs: at('2026-03-12T10:00:00'),
  adapters: [
    version('second', '2026-03-11T09:00:00', {
      kind: 'failed',
      reason: 'Kept: no better.',
      at: '2026-03-11T09:00:01Z',
    }),
    version('first', '2026-03-02T09:00:00', { kind: 'passed', reason: 'Activated.', at: '2026-03-02T09:00:01Z' }),
    version('guest', '2026-03-01T09:00:00', { kind: 'unmeasured', origin: { kind: 'pulled', from: 'Ada' } }),
  ],
  audit: [
    { at: '2026-03-02T09:00:00Z', action: 'tune', adapter: 'first' },
    { at: '2026-03-02T09:00:02Z', action: 'activate', adapter: 'first' },
    { at: '2026-03-11T09:00:00Z', action: 'tune', adapter: 'second' },
    { at: '2026-03-11T12:00:00Z', action: 'roll back', adapter: null },
    { at: '2026-03-11T12:00:01Z', action: 'rename', adapter: 'first' },
    { at: '2026-03-11T13:00:00Z', action: 'activate', adapter: 'deleted' },
  ],
  commitsMs: ['2026-03-12T08:00:00', '2026-03-10T08:00:00', '2026-03-09T08:00:00', '2026-03-01T08:00:00'].map(at),
  days: [
    { day: '2026-03-08', ...NO_COUNTS, offered: 10, accepted: 4, kept5min: 30, checked5min: 40 },
    { day: '2026-03-09', ...NO_COUNTS, offered: 5, accepted: 1, kept5min: 8, checked5min: 10 },
    { day: '2026-03-12', ...NO_COUNTS, offered: 5, accepted: 2, kept5min: 2, checked5min: 10 },
  ],
};

test('events come newest first, with the commits between them grouped', () => {
  const shown = eventsOf(history).map((event) => {
    if (event.kind === 'commits') return `${event.count} commits`;
    if (event.kind === 'serves') return `${event.name ?? 'base'} ${event.why}`;
    if (event.kind === 'gate') return `${event.name} ${event.passed ? 'passed' : 'failed'}`;
    return `${event.name} tuned ${event.lossBase} ${event.lossTuned}`;
  });
  expect(shown).toEqual([
    '1 commits',
    'deleted activated',
    'base rolled back',
    'second-name failed',
    'second-name tuned 2 1.8',
    '2 commits',
    'first-name activated',
    'first-name passed',
    'first-name tuned 2 1.8',
    '1 commits',
  ]);
});

test('weeks begin on Monday and reach back to the first with any activity', () => {
  const weeks = weeksOf(history);
  expect(weeks.map(({ monday }) => monday)).toEqual(['2026-03-09', '2026-03-02', '2026-02-23', '2026-02-16']);
  expect(weeks[0]).toMatchObject({ commits: 3, tunes: 1, offered: 10, accepted: 3, kept: 10, checked: 20 });
  expect(weeks[1]).toMatchObject({ commits: 0, tunes: 1, offered: 10, accepted: 4 });
  expect(weeks[2]).toMatchObject({ commits: 1, tunes: 0, offered: 0 });
  const far = weeksOf({ ...history, commitsMs: [at('2025-12-30T08:00:00')] });
  expect(far.at(-1)).toMatchObject({ monday: '2025-12-29', commits: 1 });
});

test.each([
  ['UTC', '2026-01-05T00:00:00Z'],
  ['America/Los_Angeles', '2026-01-05T08:00:00Z'],
  ['Asia/Tokyo', '2026-01-04T15:00:00Z'],
])(
  'a week begins at local midnight on Monday, also across the end of a year, in the time zone of %s',
  (zone, midnight) => {
    vi.stubEnv('TZ', zone);
    const monday = Date.parse(midnight);
    const tunes = [monday - 1, monday].map((atMs) => ({
      at: new Date(atMs).toISOString(),
      action: 'tune',
      adapter: 'a',
    }));
    const days = ['2026-01-04', '2026-01-05'].map((day) => ({ day, ...NO_COUNTS, offered: 1 }));
    const weeks = weeksOf({ adapters: [], audit: tunes, commitsMs: [monday - 1, monday], days, nowMs: monday + 1000 });
    expect(weeks.slice(0, 2)).toMatchObject([
      { monday: '2026-01-05', commits: 1, tunes: 1, offered: 1 },
      { monday: '2025-12-29', commits: 1, tunes: 1, offered: 1 },
    ]);
  },
);

test.each(['2026-03-09T00:30:00-04:00', '2026-11-08T23:30:00-05:00'])(
  'no week is skipped or repeated across a change of clocks: at %s',
  (now) => {
    vi.stubEnv('TZ', 'America/New_York');
    const weeks = weeksOf({ ...history, commitsMs: [Date.parse(now) - TIMELINE_MS / 2], nowMs: Date.parse(now) });
    const times = weeks.map(({ monday }) => Date.parse(monday));
    expect(times.slice(1).map((time, i) => times[i]! - time)).toEqual(Array(weeks.length - 1).fill(7 * 86_400_000));
  },
);

test('a long history is cut to at most 61 events', () => {
  const audit = Array.from({ length: 500 }, (_, i) => ({
    at: new Date(history.nowMs - 1000 * (500 - i)).toISOString(),
    action: 'activate',
    adapter: 'first',
  }));
  expect(eventsOf({ ...history, audit }).length).toBeLessThanOrEqual(61);
});
