import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agree, type Person, problem, Team } from './testing.ts';
import { hasSshServer, SshServer } from './testingSsh.ts';

describe.skipIf(!hasSshServer)('over ssh', () => {
  let team: Team;
  let ann: Person;
  let bob: Person;
  let ssh: SshServer;
  beforeEach(async () => {
    team = new Team();
    ann = team.person('ann');
    bob = team.person('bob');
    ssh = await SshServer.start();
  });
  afterEach(() => {
    ssh[Symbol.dispose]();
    team[Symbol.dispose]();
  });
  const shared = async (person: Person) => await person.share({ remote: ssh.url(team.remote) });

  it('publishes, lists, pulls and prunes', async () => {
    const made = await ann.tuned('first-one');
    await (await shared(ann)).publish('first-one');
    expect((await (await shared(bob)).list()).versions.map(({ id }) => id)).toEqual(['first-one']);
    const taken = await (await shared(bob)).pull('first-one', agree);
    expect(readFileSync(taken.adapterPath)).toEqual(readFileSync(made.adapterPath));
    await (await shared(ann)).prune({ keep: 0 }, { dryRun: false, nowMs: Date.now() });
    expect(team.refs()).toEqual([]);
  });

  it.each([
    ['a key the server does not accept', { key: 'stranger', hostIsKnown: true }],
    ['a server with an unknown host key', { key: 'user', hostIsKnown: false }],
  ] as const)('%s fails within 10 seconds as missing permission', async (_title, how) => {
    ssh.use(how);
    const started = performance.now();
    expect(await problem((await shared(bob)).list())).toMatch(/^no-permission: The remote refused access/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
