import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agree, git, type Person, problem, Team } from './testing.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(() => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => team[Symbol.dispose]());

/** Creates a ref at the remote. */
function someRef(name: string): void {
  const tree = git(team.remote, 'hash-object', '-t', 'tree', '-w', '/dev/null').trim();
  const who = ['-c', 'user.name=m', '-c', 'user.email=m@example.org'];
  git(team.remote, 'update-ref', name, git(team.remote, ...who, 'commit-tree', '-m', 'x', tree).trim());
}

describe('remotes that differ from others', () => {
  it('a ref in the way of a set: the version is published as branches', async () => {
    someRef('refs/repotune/set');
    await ann.tuned('first-one', undefined, { name: 'set' });
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: false, space: 'branches' });
    expect((await (await bob.share()).pull('first-one', agree)).id).toBe('first-one');
  });

  it('refs in the way of both: the message names one, and blames nobody’s publishing', async () => {
    for (const root of ['refs', 'refs/heads']) someRef(`${root}/repotune`);
    await ann.tuned('first-one', undefined, { name: 'set' });
    const said = await problem((await ann.share()).publish('first-one'));
    expect(said).toMatch(/^no-permission: The remote has a ref refs\/heads\/repotune,.*--delete refs\/heads\/repotune/);
  });

  it('a host that cannot push several refs at once or none: publishing and pruning work', async () => {
    git(team.remote, 'config', 'receive.advertiseAtomic', 'false');
    await ann.tuned('first-one');
    await ann.tuned('second-one');
    const share = await ann.share();
    for (const id of ['first-one', 'second-one']) await share.publish(id);
    expect((await (await bob.share()).list()).versions).toHaveLength(2);
    expect((await share.prune({ keep: 0 }, { dryRun: false, nowMs: 0 })).versions).toHaveLength(2);
    expect(team.refs()).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'a folder of another user, as on a shared drive: the message names what to do',
    async () => {
      execFileSync('chown', ['-R', '12345', team.remote]);
      expect(await problem((await ann.share()).list())).toMatch(
        /^no-permission: .*belongs to another user.*git config --global --add safe\.directory.*remote\.git/,
      );
    },
  );
});
