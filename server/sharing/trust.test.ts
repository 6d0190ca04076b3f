import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newAtRemote } from './atStart.ts';
import { ShareService } from './service.ts';
import { agree, git, type Person, problem, Team } from './testing.ts';
import { keyed, trustSigners } from './testingKeys.ts';
import { signatureWords } from './trust.ts';

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

async function publish(person: Person, id: string): Promise<void> {
  await person.tuned(id);
  await (await person.share()).publish(id);
}

const service = () => new ShareService({ find: async () => team.basePath, download: async () => null });
const params = (signatures: 'warn' | 'off' = 'warn') => ({ folder: bob.folder, remote: 'origin', signatures });

describe('a list of what is shared', () => {
  it('says who signed, and what would be the first of its author', async () => {
    const carol = keyed(team, 'carol');
    const dave = keyed(team, 'dave');
    trustSigners(team, `carol@example.org ${carol.publicKey}\n`);
    await publish(carol.person, 'by-carol');
    await publish(dave.person, 'by-dave');
    await publish(team.person('ann'), 'by-ann');
    await (await bob.share()).pull('by-carol', agree);
    const { adapters, warnings } = await service().list(params());
    const said = adapters.map(({ id, signature, newAuthor }) => [id, signature, newAuthor]);
    expect(said.sort()).toEqual([
      ['by-ann', 'not signed', true],
      ['by-carol', 'signed by carol@example.org', false],
      ['by-dave', 'signature not valid', true],
    ]);
    expect(warnings).toEqual([]);
    const quiet = (await service().list(params('off'))).adapters;
    expect(quiet.map(({ signature }) => signature)).toEqual(['', '', '']);
  });

  it('tells an author whose key has changed, or is missing, from a new one', async () => {
    const carol = keyed(team, 'carol');
    trustSigners(team, `carol@example.org ${carol.publicKey}\n`);
    await publish(carol.person, 'first-one');
    await (await bob.share()).pull('first-one', agree);
    git(carol.person.folder, 'config', 'commit.gpgSign', 'false');
    await publish(carol.person, 'second-one');
    await publish(team.person('ann'), 'by-ann');
    const { adapters } = await service().list(params());
    expect(adapters.map(({ id, newAuthor, otherKey }) => [id, newAuthor, otherKey]).sort()).toEqual([
      ['by-ann', true, false],
      ['first-one', false, false],
      ['second-one', true, true],
    ]);
    // Taken all the same: the next one is still not hers.
    await (await bob.share()).pull('second-one', agree);
    await publish(carol.person, 'third-one');
    const third = (await service().list(params())).adapters.find(({ id }) => id === 'third-one');
    expect(third).toMatchObject({ newAuthor: false, otherKey: true });
  });

  it('names a version that is here whose key was revoked since, as does the next start', async () => {
    const carol = keyed(team, 'carol');
    trustSigners(team, `carol@example.org ${carol.publicKey}\n`, '');
    await publish(carol.person, 'by-carol');
    const share = await bob.share({ signatures: 'require' });
    await share.pull('by-carol', agree);
    expect((await service().list(params())).warnings).toEqual([]);
    trustSigners(team, `carol@example.org ${carol.publicKey}\n`, `${carol.publicKey}\n`);
    const warning = expect.stringMatching(/^by-carol, which is here, was signed with a key that is revoked now\./);
    const { adapters, warnings } = await service().list(params());
    expect(adapters).toMatchObject([{ signature: 'signed with a revoked key', revoked: true, here: true }]);
    expect(warnings).toEqual([warning]);
    expect(await newAtRemote(service(), params())).toMatchObject({
      severity: 'warning',
      message: warning,
      action: { title: 'Delete…', command: 'repotune.removeAdapter', argument: 'by-carol', folder: bob.folder },
    });
    expect(await newAtRemote(service(), params('off'))).toBeNull();
    await publish(team.person('ann'), 'by-ann');
    const both = await newAtRemote(service(), params());
    expect(both).toMatchObject({ severity: 'warning', action: { command: 'repotune.getTeamAdapters' } });
    expect(both!.message).toMatch(/^by-carol, which is here.* There is a new team adapter at .*, by ann\./);
    expect(await newAtRemote(service(), params())).toMatchObject({ severity: 'warning', message: warning });
  });
});

describe('a signer who is trusted no longer', () => {
  it.each([
    ['a list of public keys', (key: string) => writeFileSync(join(team.dir, 'revoked'), `${key}\n`)],
    [
      'a list that ssh-keygen made',
      () => execFileSync('ssh-keygen', ['-q', '-k', '-f', join(team.dir, 'revoked'), join(team.dir, 'carol-key.pub')]),
    ],
  ])('is refused where signatures are required, by name of %s', async (_, revoke) => {
    const carol = keyed(team, 'carol');
    trustSigners(team, `carol@example.org ${carol.publicKey}\n`, '');
    revoke(carol.publicKey);
    await publish(carol.person, 'by-carol');
    expect(await problem((await bob.share({ signatures: 'require' })).pull('by-carol', agree))).toMatch(
      /^untrusted: Its signature is not valid: the key is on your list of revoked keys \(.*revoked\)/,
    );
  });

  it('is not taken for trusted while the list of revoked keys is missing', async () => {
    const carol = keyed(team, 'carol');
    trustSigners(team, `carol@example.org ${carol.publicKey}\n`, '');
    await publish(carol.person, 'by-carol');
    rmSync(join(team.dir, 'revoked'));
    expect(await problem((await bob.share({ signatures: 'require' })).pull('by-carol', agree))).toMatch(
      /^untrusted: It is signed, but your list of revoked keys .*revoked is missing.* Put it back/,
    );
  });

  it('has until then what was published before (valid-before)', async () => {
    const carol = keyed(team, 'carol');
    await publish(carol.person, 'by-carol');
    const share = await bob.share({ signatures: 'require' });
    trustSigners(team, `carol@example.org valid-before="20200101" ${carol.publicKey}\n`);
    expect(await problem(share.verify('by-carol'))).toMatch(/^untrusted: .*or was not valid when it was signed/);
    trustSigners(team, `carol@example.org valid-before="20990101" ${carol.publicKey}\n`);
    expect(await problem(share.verify('by-carol'))).toBe('none');
  });

  it('is revoked by the user’s configuration alone', async () => {
    const carol = keyed(team, 'carol');
    trustSigners(team, `carol@example.org ${carol.publicKey}\n`);
    await publish(carol.person, 'by-carol');
    git(bob.folder, 'config', 'gpg.ssh.revocationFile', join(team.dir, 'carol-key.pub'));
    expect(await problem((await bob.share({ signatures: 'require' })).verify('by-carol'))).toBe('none');
  });
});

describe('who signed in another’s name', () => {
  it.each([
    ['their own', 'carol@example.org', 'carol@example.org', false],
    ['another address of theirs', 'carol@example.org,carol@home.example', 'carol@home.example', false],
    ['a pattern that fits', '*@example.org', 'carol@example.org', false],
    ['a name', 'Carol', 'carol@home.example', false],
    ['another’s', 'carol@example.org', 'ann@example.org', true],
    ['another’s, with a pattern of anybody', '*', 'ann@example.org', true],
    ['a colleague’s, with a pattern that does not fit', '*@home.example', 'ann@example.org', true],
  ])('is pointed out: %s', async (_, principals, email, isOther) => {
    const carol = keyed(team, 'carol', email);
    trustSigners(team, `${principals} ${carol.publicKey}\n`);
    await publish(carol.person, 'first-one');
    const offer = await (await bob.share({ signatures: 'require' })).verify('first-one');
    expect(offer.otherSigner).toBe(isOther);
    if (!isOther) return expect(offer.warning).toBeNull();
    expect(offer.warning).toMatch(`It was signed by ${principals}, and names carol <${email}> as its author.`);
    expect(signatureWords(offer)).toBe(`signed by ${principals}, not its author`);
  });
});
