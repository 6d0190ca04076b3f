import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { gitProgram } from '../git/program.ts';
import { identityOf, requireAuthor } from './identity.ts';
import { PrivateRepository } from './privateRepository.ts';
import { git } from './testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repotune-identity-'));
  git(folder, 'init', '--quiet');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** From git-config(1), "boolean". */
it.each([
  ['gpgSign = true', true],
  ['gpgSign = True', true],
  ['gpgSign = yes', true],
  ['gpgSign = on', true],
  ['gpgSign = 1', true],
  ['gpgSign', true],
  ['gpgSign = false', false],
  ['gpgSign = no', false],
  ['gpgSign = off', false],
  ['gpgSign = 0', false],
  ['gpgSign =', false],
  ['gpgSign = yes\n\tgpgSign = no', false],
])('commit.gpgSign is read as git reads it: %s', async (line, signs) => {
  appendFileSync(join(folder, '.git', 'config'), `[commit]\n\t${line}\n`);
  expect((await identityOf(folder)).sign).toBe(signs);
});

it('allowed signers come from the user’s git configuration, never from the repository’s', async () => {
  const users = join(folder, 'users-gitconfig');
  vi.stubEnv('GIT_CONFIG_GLOBAL', users);
  writeFileSync(users, '');
  const theirs = join(folder, 'theirs');
  writeFileSync(theirs, '[gpg "ssh"]\n\tallowedSignersFile = /by/include\n');
  const named = `[include]\n\tpath = ${theirs}\n[gpg "ssh"]\n\tallowedSignersFile = /by/repository\n`;
  appendFileSync(join(folder, '.git', 'config'), named);
  expect((await identityOf(folder)).allowedSigners).toBe('');
  writeFileSync(users, '[gpg "ssh"]\n\tallowedSignersFile = /by/user\n[user]\n\tname = Ann\n');
  expect(await identityOf(folder)).toMatchObject({ allowedSigners: '/by/user', name: 'Ann' });
});

/** An ssh that notes how it is called, and fails. */
function notedSsh(name: string): { readonly command: string; calls(): string } {
  const bin = join(folder, `bin of ${name}`);
  mkdirSync(bin, { recursive: true });
  const noted = join(bin, 'noted');
  writeFileSync(join(bin, name), `#!/bin/sh\necho "$@" >> '${noted}'\nexit 255\n`, { mode: 0o755 });
  return {
    command: `'${join(bin, name)}' -i key`,
    calls: () => (existsSync(noted) ? readFileSync(noted, 'utf8') : ''),
  };
}

it('the user’s ssh command is used in batch mode if it is ssh, and the repository’s never', async () => {
  const [theirs, own, other] = [notedSsh('ssh.exe'), notedSsh('ssh'), notedSsh('plink')];
  const users = join(folder, 'users-gitconfig');
  vi.stubEnv('GIT_CONFIG_GLOBAL', users);
  git(folder, 'config', 'core.sshCommand', theirs.command);
  const ask = async (command: string): Promise<void> => {
    writeFileSync(users, '');
    git(folder, 'config', '--global', 'core.sshCommand', command);
    const repository = await PrivateRepository.open(join(folder, 'share.git'), await identityOf(folder));
    await repository.ask('ls-remote', '--', 'ssh://nowhere.invalid/x').catch(() => {});
  };
  await ask(own.command);
  expect(own.calls()).toMatch(/^-i key -o BatchMode=yes .*-o ServerAliveInterval=15 .*nowhere\.invalid/m);
  await ask(other.command);
  expect(other.calls() + theirs.calls()).toBe('');
});

it('a remote is reached with the configuration that GIT_CONFIG_GLOBAL names, not with that of the home folder', async () => {
  const [home, users] = [join(folder, 'home'), join(folder, 'users-gitconfig')];
  mkdirSync(home);
  const goesTo = (name: string): string => `[url "file:///${name}"]\n\tinsteadOf = https://team.example/x\n`;
  writeFileSync(join(home, '.gitconfig'), goesTo('by-home'));
  writeFileSync(users, goesTo('by-variable'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('GIT_CONFIG_GLOBAL', users);
  const repository = await PrivateRepository.open(join(folder, 'share.git'), await identityOf(folder));
  expect(await repository.ask('ls-remote', '--get-url', '--', 'https://team.example/x')).toBe('file:///by-variable');
});

it('git before 2.26, without --show-scope, gives the user’s name but no allowed signers', async () => {
  const old = join(folder, 'old');
  mkdirSync(old);
  const script = `#!/bin/sh\ncase "$*" in *--show-scope*) exit 129;; esac\nexec '${gitProgram()}' "$@"\n`;
  writeFileSync(join(old, 'git'), script, { mode: 0o755 });
  writeFileSync(join(folder, 'users'), '[user]\n\tname = Ann\n[gpg "ssh"]\n\tallowedSignersFile = /by/user\n');
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(folder, 'users'));
  vi.stubEnv('PATH', `${old}${delimiter}${process.env['PATH']}`);
  expect(await identityOf(folder)).toMatchObject({ name: 'Ann', allowedSigners: '' });
});

it.each([
  ['a name of many characters', { name: 'n'.repeat(201), email: 'a@example.org' }],
  ['an invisible character', { name: 'ann', email: 'a\u202e@example.org' }],
])('nothing is published as nobody could use it: with %s', async (_, who) => {
  const identity = await identityOf(folder);
  expect(() => requireAuthor({ ...identity, ...who })).toThrow(/at most 200 characters, and none that is invisible/);
  expect(() => requireAuthor({ ...identity, name: 'ann', email: 'a@example.org' })).not.toThrow();
});
