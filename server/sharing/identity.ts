/** Who the user is to git, read from the folder's repository. Programs to run (`gpg.program`, helpers) are not taken from it. */

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { gitText } from '../git/git.ts';
import { ShareError } from './errors.ts';
import type { Identity } from './privateRepository.ts';

/** As git reads a boolean. */
const TRUE = /^(?:true|yes|on|0*[1-9]\d*)$/i;
const FORMATS = new Set(['openpgp', 'ssh', 'x509']);

export async function identityOf(folder: string): Promise<Identity> {
  const text = (await gitText(folder, ['config', '--list', '-z']).catch(() => null)) ?? '';
  // Later values win, as in git itself. Keys come in lower case.
  const settings = new Map(
    text.split('\0').map((entry) => {
      const [key = '', ...value] = entry.split('\n');
      // One that is named without a value is a switch that is on.
      return [key, value.length === 0 ? 'true' : value.join('\n')] as const;
    }),
  );
  const get = (key: string): string => settings.get(key) ?? '';
  const format = get('gpg.format');
  return {
    name: get('user.name'),
    email: get('user.email'),
    signingKey: get('user.signingkey'),
    signingFormat: FORMATS.has(format) ? format : '',
    sign: TRUE.test(get('commit.gpgsign')),
    allowedSigners: expanded(get('gpg.ssh.allowedsignersfile'), folder),
    objectFormat: get('extensions.objectformat').toLowerCase() === 'sha256' ? 'sha256' : 'sha1',
  };
}

/** @throws {ShareError} where git would refuse to commit. */
export function requireAuthor({ name, email }: Identity): void {
  if (name === '' || email === '')
    throw new ShareError(
      'failed',
      'git does not know who you are. Set user.name and user.email (git config --global user.name "...").',
    );
}

function expanded(path: string, folder: string): string {
  if (path === '' || isAbsolute(path)) return path;
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : join(folder, path);
}
