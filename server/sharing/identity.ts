/**
 * The user's git identity, read from the folder's repository. Not taken from it are programs to run (`gpg.program`, helpers) and whose
 * signatures count: a repository out of an archive would name its author's key.
 */

import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { CONTROLS } from '../common/controls.ts';
import { gitText } from '../git/git.ts';
import { ShareError } from './errors.ts';
import { MOST_NAME } from './limits.ts';
import type { Identity } from './privateRepository.ts';

/** git's spellings of true. */
const TRUE = /^(?:true|yes|on|0*[1-9]\d*)$/i;
/** git-config(1) scopes outside the repository. */
const USERS = new Set(['system', 'global', 'command']);
const FORMATS = new Set(['openpgp', 'ssh', 'x509']);

export async function identityOf(folder: string): Promise<Identity> {
  const scoped = await gitText(folder, ['config', '--list', '-z', '--show-scope']).catch(() => null);
  // Later values win, as in git itself. Keys come in lower case.
  const settings = new Map<string, string>();
  /** Without the repository's own settings, which anybody may have written. */
  const users = new Map<string, string>();
  // <scope> <key>\n<value>
  const fields = scoped === null ? await withoutScopes(folder) : scoped.split('\0');
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [key = '', ...value] = (fields[i + 1] as string).split('\n');
    // A key without a value means true.
    const written = value.length === 0 ? 'true' : value.join('\n');
    settings.set(key, written);
    if (USERS.has(fields[i] as string)) users.set(key, written);
  }
  const get = (key: string): string => settings.get(key) ?? '';
  const format = get('gpg.format');
  return {
    name: get('user.name'),
    email: get('user.email'),
    signingKey: get('user.signingkey'),
    signingFormat: FORMATS.has(format) ? format : '',
    sign: TRUE.test(get('commit.gpgsign')),
    sshCommand: users.get('core.sshcommand') ?? '',
    allowedSigners: expanded(users.get('gpg.ssh.allowedsignersfile') ?? '', folder),
    revokedKeys: expanded(users.get('gpg.ssh.revocationfile') ?? '', folder),
    objectFormat: get('extensions.objectformat').toLowerCase() === 'sha256' ? 'sha256' : 'sha1',
  };
}

/** The same with git before 2.26, which reports no scopes: nothing is known to be the user's. */
async function withoutScopes(folder: string): Promise<string[]> {
  const text = (await gitText(folder, ['config', '--list', '-z']).catch(() => null)) ?? '';
  return text.split('\0').flatMap((entry) => ['', entry]);
}

/** @throws {ShareError} if git would refuse to commit. */
export function requireAuthor({ name, email }: Identity): void {
  if (name === '' || email === '')
    throw new ShareError(
      'failed',
      'git does not know who you are. Set user.name and user.email (git config --global user.name "...").',
    );
  // Nobody could use what was published so.
  if (name.length > MOST_NAME || email.length > MOST_NAME || CONTROLS.test(name + email))
    throw new ShareError(
      'failed',
      `git's user.name and user.email must be names: at most ${MOST_NAME} characters, and none that is invisible. Set others (git config --global user.name "...").`,
    );
}

/** A key itself instead of its path. */
const KEY = /^(?:key::|ssh-)/;

/**
 * ssh-keygen reads a key's files to their end, and would hold up all sharing at a pipe or a device: a repository out of an archive can name
 * one. `dir`: where git runs. @throws {ShareError}
 */
export async function requireKeyFiles({ sign, signingFormat, signingKey }: Identity, dir: string): Promise<void> {
  if (!sign || signingFormat !== 'ssh' || KEY.test(signingKey)) return;
  const path = expanded(signingKey, dir);
  const secret = path.replace(/\.pub$/, '');
  for (const one of [path, secret, `${secret}.pub`]) {
    const info = await stat(one).catch(() => null);
    if (info !== null && !info.isFile())
      throw new ShareError(
        'failed',
        `git cannot sign the adapter with your key, because ${one} is not a file. Name another key: git config user.signingKey`,
      );
  }
}

function expanded(path: string, folder: string): string {
  if (path === '' || isAbsolute(path)) return path;
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : join(folder, path);
}
