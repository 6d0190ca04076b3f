import { expect, it } from 'vitest';
import { newestFirst } from '../adapters/newestFirst.ts';
import { type Person, SPEC, Team } from './testing.ts';

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

it('a version dated in the future does not outlive the newest ones when pruning', async () => {
  using team = new Team();
  const ann: Person = team.person('ann');
  const share = await ann.share();
  for (const [id, createdAt] of [
    ['older', '2020-01-01T00:00:00.000Z'],
    ['newer', '2020-03-01T00:00:00.000Z'],
    ['of-2098', '2098-01-01T00:00:00.000Z'],
  ] as const) {
    await ann.tuned(id, SPEC, { name: 'set', createdAt });
    await share.publish(id);
  }
  const { versions } = await share.prune({ keep: 1 }, { dryRun: false, nowMs: NOW_MS });
  expect(versions.map(({ id }) => id)).toEqual(['older', 'of-2098']);
  expect((await share.list()).versions.map(({ id }) => id)).toEqual(['newer']);
});
