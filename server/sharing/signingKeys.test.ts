import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agree, git, type Person, problem, Team } from './testing.ts';
import { makeKey, trustSigners } from './testingKeys.ts';

let team: Team;
let bob: Person;
beforeEach(() => {
  team = new Team();
  bob = team.person('bob');
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(team.dir, '.gitconfig'));
  trustSigners(team, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  team[Symbol.dispose]();
});

const key = (name: string): string => makeKey(join(team.dir, name), name);

function signsWith({ folder }: Person, name: string): void {
  git(folder, 'config', 'gpg.format', 'ssh');
  git(folder, 'config', 'user.signingKey', join(team.dir, `${name}.pub`));
  git(folder, 'config', 'commit.gpgSign', 'true');
}

describe('signing keys that change', () => {
  it('a version tuned before its author got a new key, and published since, is validly signed', async () => {
    const ann = team.person('ann');
    trustSigners(
      team,
      `ann@example.org valid-before="20260601" ${key('old')}\nann@example.org valid-after="20260601" ${key('new')}\n`,
    );
    signsWith(ann, 'new');
    await ann.tuned('first-one', undefined, { createdAt: '2026-05-01T00:00:00.000Z' });
    await (await ann.share()).publish('first-one');
    const { signature } = await (await bob.share({ signatures: 'require' })).verify('first-one');
    expect(signature).toMatchObject({ kind: 'good', signer: 'ann@example.org' });
  });

  it('a version published unsigned is signed when its author publishes it again, and only by its author', async () => {
    const ann = team.person('ann');
    trustSigners(team, `*@example.org ${key('new')}\n`);
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const share = await bob.share({ signatures: 'require' });
    expect(await problem(share.pull('first-one', agree))).toMatch(
      /^untrusted: It is not signed.*Ask ann to sign \(git config commit\.gpgSign true\) and publish it again/,
    );
    signsWith(bob, 'new');
    await (await bob.share()).pull('first-one', agree);
    expect(await (await bob.share()).publish('first-one')).toMatchObject({ already: true });
    signsWith(ann, 'new');
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: false });
    expect((await share.verify('first-one')).version.author.name).toBe('ann');
    const refs = team.refs();
    expect(await (await ann.share()).publish('first-one')).toMatchObject({ already: true });
    expect(team.refs()).toEqual(refs);
  });

  it('of a stranger: the message says how to trust it, not to ask for a signature', async () => {
    const ann = team.person('ann');
    key('new');
    signsWith(ann, 'new');
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    const advice =
      /the key of ann, add it to your list of signers \(git config --global gpg\.ssh\.allowedSignersFile\)/;
    expect(await problem((await bob.share({ signatures: 'require' })).verify('first-one'))).toMatch(advice);
    expect((await (await bob.share({ signatures: 'warn' })).verify('first-one')).warning).toMatch(advice);
  });

  it.skipIf(process.platform === 'win32').each(['new', 'new.pub'])(
    'that are pipes hold nothing up, as those that a repository out of an archive names: %s',
    async (name) => {
      const ann = team.person('ann');
      key('new');
      signsWith(ann, 'new');
      rmSync(join(team.dir, name), { force: true });
      execFileSync('mkfifo', [join(team.dir, name)]);
      await ann.tuned('first-one');
      const share = await ann.share();
      const publishing = share.publish('first-one', undefined, AbortSignal.timeout(10_000));
      expect(await problem(publishing)).toMatch(/^failed: git cannot sign .* is not a file\. Name another key/);
    },
  );
});
