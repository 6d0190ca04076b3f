import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PrivateRepository } from './privateRepository.ts';
import { signatureOf } from './signatures.ts';
import { git, type Person, problem, Team } from './testing.ts';
import { keyed } from './testingKeys.ts';

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(() => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
});
afterEach(() => {
  vi.unstubAllEnvs();
  team[Symbol.dispose]();
});

describe('signatures', () => {
  /** Through the user's own configuration, which all persons here share. */
  const trusts = (list: string, more = ''): void => {
    writeFileSync(join(team.dir, '.gitconfig'), `[gpg "ssh"]\n\tallowedSignersFile = ${list}\n${more}`);
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(team.dir, '.gitconfig'));
  };

  it.each([
    ['of an allowed signer pass where signatures are required', 'signed', 'allowed', 'require', /^none$/],
    [
      'of a stranger are refused where signatures are required',
      'signed',
      'stranger',
      'require',
      /^untrusted: .*not valid/,
    ],
    ['that are missing are refused where required', 'unsigned', 'allowed', 'require', /^untrusted: It is not signed/],
    ['that are missing give a warning where the policy is to warn', 'unsigned', 'allowed', 'warn', /^none$/],
  ] as const)('%s', async (_title, how, signer, policy, expected) => {
    const { person: carol, publicKey } = keyed(team, 'carol');
    const author = how === 'signed' ? carol : ann;
    const list = join(team.dir, 'allowed');
    const key = signer === 'allowed' ? publicKey : keyed(team, 'dave').publicKey;
    writeFileSync(list, `carol@example.org ${key}\n`);
    trusts(list);
    await author.tuned('first-one');
    await (await author.share()).publish('first-one');
    let warning: string | null = null;
    const share = await bob.share({ signatures: policy });
    const outcome = problem(
      share.pull('first-one', async (offer) => {
        warning = offer.warning;
        return true;
      }),
    );
    expect(await outcome).toMatch(expected);
    if (policy === 'warn') expect(warning).toMatch(/It is not signed/);
  });

  it('are not trusted through a list of signers that the repository configures', async () => {
    const { person: mallory, publicKey } = keyed(team, 'mallory');
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(team.dir, 'none'));
    writeFileSync(join(team.dir, 'none'), '');
    writeFileSync(join(team.dir, 'theirs'), `ann@example.org ${publicKey}\n`);
    git(bob.folder, 'config', 'gpg.ssh.allowedSignersFile', join(team.dir, 'theirs'));
    await mallory.tuned('first-one');
    await (await mallory.share()).publish('first-one');
    const share = await bob.share({ signatures: 'require' });
    expect(await problem(share.pull('first-one', async () => true))).toMatch(/^untrusted: .*of your own/);
  });

  it.each([
    ['a merged change that holds the files of an adapter', true, 'Merge pull request #7 from mallory/docs'],
    ['a commit of these files alone', false, 'Fix a typo'],
    ['the publication of another version', false, 'Adapter first-one-too: first-one'],
    ['a change that is called like a publication', true, 'Adapter first-one: first-one'],
  ])('on other commits vouch for no adapter: %s', async (_, isMerged, subject) => {
    const { person: carol, publicKey } = keyed(team, 'carol');
    writeFileSync(join(team.dir, 'allowed'), `carol@example.org ${publicKey}\n`);
    trusts(join(team.dir, 'allowed'));
    await carol.tuned('first-one');
    await (await carol.share()).publish('first-one');
    const ref = team.refs().find((one) => one.includes('/manifest/'))!;
    git(carol.folder, 'fetch', '-q', team.remote, ref);
    const parents = isMerged ? ['-p', git(carol.folder, 'commit-tree', '-m', 'x', 'FETCH_HEAD^{tree}').trim()] : [];
    const made = git(carol.folder, 'commit-tree', '-S', ...parents, '-m', subject, 'FETCH_HEAD^{tree}').trim();
    git(carol.folder, 'push', '-q', '--force', team.remote, `${made}:${ref}`);
    const share = await bob.share({ signatures: 'require' });
    expect(await problem(share.pull('first-one', async () => true))).toMatch(
      /^untrusted: Its signature is not valid: what was signed is a commit that publishes nothing/,
    );
  });

  it.each(['signed', 'unsigned'])('are read correctly when the user has set log.showSignature: %s', async (how) => {
    const { person: carol, publicKey } = keyed(team, 'carol');
    writeFileSync(join(team.dir, 'allowed'), `carol@example.org ${publicKey}\n`);
    trusts(join(team.dir, 'allowed'), '[log]\n\tshowSignature = true\n');
    vi.stubEnv('HOME', team.dir);
    const author = how === 'signed' ? carol : ann;
    await author.tuned('first-one');
    await (await author.share()).publish('first-one');
    const { signature } = await (await bob.share()).verify('first-one');
    expect(signature).toMatchObject(
      how === 'signed' ? { kind: 'good', signer: 'carol@example.org' } : { kind: 'none' },
    );
  });

  it.each([
    ['SSH SIGNATURE', /a list of signers of your own/],
    ['PGP SIGNATURE', /by gpg: it is not installed/],
    ['SIGNED MESSAGE', /by gpgsm: it is not installed/],
  ])('that git cannot verify are reported with the verifier that is missing: %s', async (kind, why) => {
    const commit = `tree a\ncommitter a <a@example.org> 0 +0000\ngpgsig -----BEGIN ${kind}-----\n x\n -----END ${kind}-----\n\nx\n`;
    const repository = {
      trust: { allowedSigners: '', revokedKeys: '' },
      runWithInput: async () => 'a\x01N\x01\x01\x01',
      catFile: async () => Buffer.from(`a commit ${commit.length}\n${commit}\n`),
    };
    const asked = { commit: 'a', id: 'first-one' };
    const signature = await signatureOf(repository as unknown as PrivateRepository, asked);
    expect(signature).toMatchObject({ kind: 'bad', why: expect.stringMatching(why) });
  });
});
