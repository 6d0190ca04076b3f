import { expect, it } from 'vitest';
import { agree, git, SPEC, Team } from './testing.ts';

/** As a remote that was moved between hosts: everything below both roots. */
function copyRefs(team: Team): void {
  for (const ref of team.refs())
    git(team.remote, 'update-ref', ref.replace(/^refs\/repotune\//, 'refs/heads/repotune/'), ref);
}

it('a version that lies below both roots of the remote is listed once, pulled, and deleted from both', async () => {
  using team = new Team();
  const [ann, bob] = [team.person('ann'), team.person('bob')];
  for (const [id, createdAt] of [
    ['older', '2020-01-01T00:00:00.000Z'],
    ['newer', '2020-03-01T00:00:00.000Z'],
  ] as const) {
    await ann.tuned(id, SPEC, { name: 'set', createdAt });
    await (await ann.share()).publish(id);
  }
  copyRefs(team);
  const share = await bob.share();
  const { versions, totalBytes } = await share.list();
  expect(versions.map(({ id }) => id)).toEqual(['newer', 'older']);
  expect(totalBytes).toBe(versions.reduce((sum, { manifest }) => sum + manifest.adapter.sizeBytes, 0));
  expect((await share.pull('newer', agree)).id).toBe('newer');
  const rule = { keep: 1 };
  const shown = await share.prune(rule, { dryRun: true, nowMs: 0 });
  expect(shown.versions.map(({ id }) => id)).toEqual(['older']);
  await share.prune(rule, { dryRun: false, nowMs: 0, shown });
  expect(team.refs().filter((ref) => ref.includes('/older'))).toEqual([]);
  expect((await share.list()).versions.map(({ id }) => id)).toEqual(['newer']);
});

it('what was copied after a person agreed stays', async () => {
  using team = new Team();
  const ann = team.person('ann');
  await ann.tuned('first-one');
  const share = await ann.share();
  await share.publish('first-one');
  const shown = await share.prune({ keep: 0 }, { dryRun: true, nowMs: 0 });
  copyRefs(team);
  await share.prune({ keep: 0 }, { dryRun: false, nowMs: 0, shown });
  expect(team.refs().map((ref) => ref.split('/')[1])).toEqual(['heads', 'heads']);
});
