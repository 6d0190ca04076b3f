import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { git, type Person, problem, Team } from './testing.ts';

const hasGpg = spawnSync('gpg', ['--version']).status === 0;

let team: Team;
let ann: Person;
let bob: Person;
beforeEach(() => {
  team = new Team();
  ann = team.person('ann');
  bob = team.person('bob');
  writeFileSync(join(team.dir, '.gitconfig'), '');
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(team.dir, '.gitconfig'));
});
afterEach(() => {
  endAgents();
  vi.unstubAllEnvs();
  team[Symbol.dispose]();
});

function home(name: string): string {
  const path = join(team.dir, `gpg-${name}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return path;
}

/** From now on, as on this person's machine. */
const at = (name: string): void => void vi.stubEnv('GNUPGHOME', home(name));
const gpg = (name: string, ...args: readonly string[]): string =>
  execFileSync('gpg', ['--homedir', home(name), '--batch', '--quiet', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Agents keep running, and passphrases unlocked. */
function endAgents(): void {
  for (const name of ['ann', 'bob']) spawnSync('gpgconf', ['--homedir', home(name), '--kill', 'all']);
}

const UNLOCKED: readonly string[] = ['--pinentry-mode', 'loopback', '--passphrase', ''];

function makeKey(passphrase: string): void {
  gpg(
    'ann',
    ...UNLOCKED.with(-1, passphrase),
    '--quick-generate-key',
    'ann <ann@example.org>',
    'ed25519',
    'sign',
    'never',
  );
  git(ann.folder, 'config', 'commit.gpgSign', 'true');
}

describe.skipIf(!hasGpg)('signatures by gpg', () => {
  it('each step until a colleague’s key counts is named by the message before it', async () => {
    makeKey('');
    at('ann');
    await ann.tuned('first-one');
    await (await ann.share()).publish('first-one');
    at('bob');
    const share = await bob.share({ signatures: 'require' });
    expect(await problem(share.verify('first-one'))).toMatch(
      /^untrusted: .*the key of ann, import it \(gpg --import\)/,
    );
    const key = join(team.dir, 'key');
    writeFileSync(key, gpg('ann', '--armor', '--export'));
    gpg('bob', '--import', key);
    expect(await problem(share.verify('first-one'))).toMatch(
      /^untrusted: .*the key of ann, sign it \(gpg --lsign-key\)/,
    );
    gpg('bob', ...UNLOCKED, '--quick-generate-key', 'bob <bob@example.org>', 'ed25519', 'sign,cert', 'never');
    gpg(
      'bob',
      '--quick-lsign-key',
      gpg('bob', '--with-colons', '--list-keys', 'ann').match(/^fpr:+([0-9A-F]{40})/m)![1]!,
    );
    expect((await share.verify('first-one')).signature).toMatchObject({
      kind: 'good',
      signer: 'ann <ann@example.org>',
    });
  });

  it('a key that is locked is reported by what gpg says, and with a way to publish', async () => {
    makeKey('secret');
    endAgents();
    at('ann');
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(
      /^failed: git could not sign .*\(gpg: signing failed: .+\)\..*unlock the key.*commit\.gpgSign false/,
    );
    expect(team.refs()).toEqual([]);
  });

  it('a key that is elsewhere is reported as missing', async () => {
    makeKey('');
    at('bob');
    await ann.tuned('first-one');
    expect(await problem((await ann.share()).publish('first-one'))).toMatch(
      /\(gpg: .*No secret key\)\..*user\.signingKey/,
    );
  });
});
