import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type * as Limits from './limits.ts';
import { git, type Person, problem, SPEC, Team } from './testing.ts';

vi.mock('./limits.ts', async (original) => ({ ...(await original<typeof Limits>()), MOST_VERSIONS: 3 }));

let team: Team;
let ann: Person;
beforeEach(() => {
  team = new Team();
  ann = team.person('ann');
});
afterEach(() => team[Symbol.dispose]());

const published = async (id: string, createdAt: string): Promise<void> => {
  await ann.tuned(id, SPEC, { name: 'set', createdAt });
  await (await ann.share()).publish(id);
};

it('where more is shared than is listed, the command that the message names makes room', async () => {
  for (const day of [1, 2, 3, 4]) await published(`of-day-${day}`, `2026-01-0${day}T00:00:00.000Z`);
  const share = await ann.share();
  expect(await problem(share.list())).toMatch(/^too-large: The remote has 4 versions.* repotune share prune --keep 10/);
  const gone = await share.prune({ keep: 2 }, { dryRun: false, nowMs: 0 });
  expect(gone.versions.map(({ id }) => id)).toEqual(['of-day-2', 'of-day-1']);
  expect((await share.list()).versions.map(({ id }) => id)).toEqual(['of-day-4', 'of-day-3']);
});

it('where there are more refs than are listed, too', async () => {
  await published('whole-one', '2026-01-01T00:00:00.000Z');
  const commit = git(team.remote, 'rev-parse', team.refs()[0]!).trim();
  const refs = Array.from(
    { length: 30 },
    (_, part) => `create refs/repotune/set/adapter/lost/${100 + part} ${commit}\n`,
  );
  execFileSync('git', ['update-ref', '--stdin'], { cwd: team.remote, input: refs.join('') });
  const share = await ann.share();
  expect(await problem(share.list())).toMatch(/^too-large: The remote has 32 shared refs.* repotune share prune/);
  expect((await share.prune({ keep: 10 }, { dryRun: false, nowMs: 0 })).orphans).toHaveLength(30);
  expect((await share.list()).versions.map(({ id }) => id)).toEqual(['whole-one']);
});

it('where what is there cannot be used, the rule that the message names makes room', async () => {
  await published('whole-one', '2026-01-01T00:00:00.000Z');
  const manifest = team.refs().find((ref) => ref.includes('/manifest/'))!;
  const commit = git(team.remote, 'rev-parse', manifest).trim();
  // As somebody's script would: each names another version than its ref.
  for (const number of [1, 2, 3]) git(team.remote, 'update-ref', `${manifest}-${number}`, commit);
  const share = await ann.share();
  expect(await problem(share.list())).toMatch(
    /^too-large: The remote has 4 versions.* repotune share prune --keep 10 --unusable$/,
  );
  expect((await share.prune({ keep: 10, unusable: true }, { dryRun: false, nowMs: 0 })).unusable).toHaveLength(3);
  expect((await share.list()).versions.map(({ id }) => id)).toEqual(['whole-one']);
});
