/** Keys of ssh that people sign with, and whose the user trusts. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person, Team } from './testing.ts';

/** Makes a key at `path`; returns its public half: type and key. */
export function makeKey(path: string, name: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

/** A person who signs with a key of their own; with its public half. */
export function keyed(team: Team, name: string, email = `${name}@example.org`): { person: Person; publicKey: string } {
  const path = join(team.dir, `${name}-key`);
  const publicKey = makeKey(path, name);
  const signs = { 'gpg.format': 'ssh', 'user.signingKey': `${path}.pub`, 'commit.gpgSign': 'true' };
  return { person: team.person(name, { ...signs, 'user.email': email }), publicKey };
}

/** Writes the user's own configuration, which all persons here share, to `.gitconfig`. */
export function trustSigners({ dir }: Team, signers: string, revoked?: string): void {
  writeFileSync(join(dir, 'signers'), signers);
  const revokes = revoked === undefined ? '' : `\trevocationFile = ${join(dir, 'revoked')}\n`;
  if (revoked !== undefined) writeFileSync(join(dir, 'revoked'), revoked);
  writeFileSync(join(dir, '.gitconfig'), `[gpg "ssh"]\n\tallowedSignersFile = ${join(dir, 'signers')}\n${revokes}`);
}
