import { expect, test, vi } from 'vitest';
import { latencyOf } from '../server/protocol/latencies.ts';
import { NO_COUNTS } from '../server/protocol/statistics.ts';
import { aboutActivity, recentDays, summarize } from './activity.ts';

test('computes shares of the offered and of the rechecked suggestions', () => {
  const days = [
    {
      day: '2026-01-01',
      ...NO_COUNTS,
      offered: 6,
      accepted: 2,
      kept30s: 30,
      checked30s: 40,
      cpuMs: 900,
      latencies: latencyOf(35),
    },
    {
      day: '2026-01-02',
      ...NO_COUNTS,
      offered: 4,
      accepted: 2,
      partlyAccepted: 3,
      kept30s: 50,
      checked30s: 60,
      cpuMs: 600,
      latencies: latencyOf(150),
    },
  ];
  expect(summarize(days)).toEqual({
    offered: 10,
    accepted: '4 (40 %)',
    inPart: '3',
    kept30s: '80 %',
    kept5min: '–',
    cpu: '1.5 s',
    each: '150 ms',
    latency: '40 ms / 160 ms',
  });
});

test.each([
  ['America/Los_Angeles', '2026-03-19T06:59:59Z'],
  ['UTC', '2026-03-18T12:00:00Z'],
])(
  'shows the counts of the last 14 days of the local calendar, however few of these days have any: in %s',
  (zone, now) => {
    vi.stubEnv('TZ', zone);
    const days = ['2025-12-31', '2026-03-04', '2026-03-05', '2026-03-18'].map((day) => ({
      day,
      ...NO_COUNTS,
      offered: 1,
    }));
    expect(recentDays(days, Date.parse(now)).map(({ day }) => day)).toEqual(['2026-03-05', '2026-03-18']);
    vi.unstubAllEnvs();
  },
);

test('days without measured CPU time do not lower the CPU time per suggestion', () => {
  const earlier = { day: '2026-01-01', ...NO_COUNTS, offered: 90 };
  const now = { day: '2026-01-02', ...NO_COUNTS, offered: 10, cpuMs: 1500 };
  expect(summarize([earlier, now])).toMatchObject({ offered: 100, cpu: '1.5 s', each: '150 ms' });
  expect(summarize([earlier])).toMatchObject({ cpu: '0.0 s', each: '–' });
});

test('writes large figures so that they can be read', () => {
  const day = {
    day: '2026-01-01',
    ...NO_COUNTS,
    offered: 12_345,
    accepted: 2469,
    cpuMs: 4e6,
    latencies: latencyOf(9000),
  };
  expect(summarize([day])).toMatchObject({
    accepted: '2,469 (20 %)',
    cpu: '1 h 6 min',
    latency: 'over 2560 ms / over 2560 ms',
  });
});

test('without any suggestion there is no share', () => {
  expect(summarize([])).toMatchObject({ offered: 0, accepted: '0', kept30s: '–', each: '–', latency: '–' });
});

const one = { path: '/a', name: 'a', adapter: null };

test.each([
  ['', { folders: [one] }, 'The last 14 days. These counts never leave this machine.'],
  [' of several folders', { folders: [one, one], statisticsEnabled: true }, /^The last 14 days in all folders\./],
  [
    ' where nothing is counted',
    { folders: [one], statisticsEnabled: false },
    /^Statistics are off \(repotune\.statistics\.enabled\)\. What was counted before stays until you clear it\. The last/,
  ],
])('says above the figures%s what they cover', (_, state, text) => {
  if (typeof text === 'string') expect(aboutActivity(state)).toBe(text);
  else expect(aboutActivity(state)).toMatch(text);
});
