import { expect, it } from 'vitest';
import { type Person, SPEC, Team } from './testing.ts';

const NOW_MS = Date.parse('2026-03-10T12:00:00.000Z');

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
