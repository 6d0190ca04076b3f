/**
 * The address of a remote, checked before git sees it: a leading dash would make it an option, `ext::` and the like would run a program,
 * and a repository out of an archive can have both in its configuration.
 */
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { shownAddress } from '../common/shownAddress.ts';
import { gitText } from '../git/git.ts';
import { findWorkTree } from '../git/repository.ts';
import { ShareError } from './errors.ts';
import { broughtAlong } from './localRemote.ts';

export interface Remote {
  /** As the user knows it, for display only: an address without its password. */
  readonly name: string;
  readonly url: string;
  /** Where git pushes to: `remote.<name>.pushUrl` or `url.<base>.pushInsteadOf`, else `url`. */
  readonly pushUrl: string;
}

const REMOTE_NAME = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/;
const MOST_URL_LENGTH = 2000;
const SCP_LIKE = /^(?:(?<user>[^@:/\s]+)@)?(?<host>[^@:/\s]+):(?!\/\/)(?<path>\S.*)$/;
/** As git tells a path from a host: no colon comes before its first slash. */
const RELATIVE = /^[^:]*(?:\/|\\|$)/;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The remote of this name, or this address itself; `origin` by default. */
export async function resolveRemote(folder: string, wanted = 'origin'): Promise<Remote> {
  if (looksLikeAddress(wanted))
    return { name: shownAddress(wanted), url: checkedUrl(wanted), pushUrl: checkedUrl(wanted) };
  if (!REMOTE_NAME.test(wanted) || wanted.includes('..'))
    throw new ShareError('bad-remote', `${JSON.stringify(wanted)} is not the name of a remote.`);
  const url = (await gitText(folder, ['remote', 'get-url', '--', wanted])) ?? '';
  const tree = await findWorkTree(folder);
  if (url === '') {
    if (tree === null)
      throw new ShareError(
        'no-remote',
        `${folder} lies in no git repository. Adapters are shared through a repository's remote: clone one, or give its folder.`,
      );
    const known = ((await gitText(folder, ['remote'])) ?? '').split('\n').filter(Boolean).join(', ');
    const advice = known === '' ? 'Add one with `git remote add origin <address>`.' : `Its remotes are: ${known}.`;
    throw new ShareError('no-remote', `This repository has no remote ${wanted}. ${advice}`);
  }
  const pushUrl = (await gitText(folder, ['remote', 'get-url', '--push', '--', wanted])) ?? url;
  const remote = { name: wanted, url: checkedUrl(url), pushUrl: checkedUrl(pushUrl) };
  for (const address of [remote.url, remote.pushUrl]) {
    const why = tree === null ? null : await broughtAlong(tree, address);
    if (why !== null) refuse(address, why);
  }
  return remote;
}

function looksLikeAddress(text: string): boolean {
  return (
    text.includes('://') || text.includes('::') || isAbsolute(text) || /^\.\.?[\\/]/.test(text) || SCP_LIKE.test(text)
  );
}

/** @throws {ShareError} for everything but https, ssh, file, and http to this machine. */
function checkedUrl(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  if (text === '' || text.length > MOST_URL_LENGTH || /[\x00-\x1f\x7f]/.test(text))
    refuse(text, 'it is not an address');
  if (text.startsWith('-')) refuse(text, 'it would be read as an option');
  if (isAbsolute(text)) return pathToFileURL(text).href;
  if (/^[A-Za-z0-9+.-]*::/.test(text)) refuse(text, 'it names a program to run');
  if (!text.includes('://')) {
    // Beside the repository in an archive, there may be one whose hooks would run: git runs those of the folder it pushes to.
    if (RELATIVE.test(text))
      refuse(
        text,
        'a path relative to the repository may lead to a folder that came with it. If it is yours, give its full path',
      );
    const { user, host, path } = SCP_LIKE.exec(text)?.groups ?? {};
    if (host === undefined || path === undefined) return refuse(text, 'it is neither a URL nor user@host:path');
    if ([user, host, path].some((part) => part?.startsWith('-')))
      refuse(text, 'a part of it would be read as an option');
    return text;
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refuse(text, 'it is not a valid URL');
  }
  const { protocol, hostname, username } = url;
  if (hostname.startsWith('-') || decoded(username).startsWith('-'))
    refuse(text, 'a part of it would be read as an option');
  switch (protocol) {
    case 'https:':
    case 'ssh:':
      if (hostname === '') refuse(text, 'it names no host');
      return text;
    case 'file:':
      if (hostname !== '' && hostname !== 'localhost') refuse(text, 'a file address names no host');
      return text;
    case 'http:':
      if (!LOOPBACK.has(hostname) && !(isIP(hostname) === 4 && hostname.startsWith('127.')))
        refuse(text, 'http is not encrypted; use https');
      return text;
    default:
      return refuse(text, `${protocol.slice(0, -1)} is not one of https, ssh and file`);
  }
}

function refuse(text: string, why: string): never {
  throw new ShareError(
    'bad-remote',
    `The remote's address ${JSON.stringify(shownAddress(text).slice(0, 200))} is refused: ${why}.`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
