/** A cluster's address: a URL given by a person, and a record of addresses to which they have sent something before. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { withLock } from '../storage/lock.ts';
import { isOfNewerRelease } from '../storage/newerRelease.ts';
import { readBounded } from '../storage/readBounded.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { writeAside } from '../storage/writeAside.ts';
import { ClusterError } from './errors.ts';

const schema = z.object({ format: z.literal(1), known: z.array(z.string().max(2000)).max(1000) });
const MOST_BYTES = 2 ** 20;

/** Accepts `host:8265` and http and https URLs; returns it without a trailing slash. @throws {ClusterError} */
export function parseAddress(text: string): string {
  const given = text.trim();
  if (/^ray:/i.test(given))
    throw wrong(given, 'that is the address of a Ray client. Give the one of the dashboard, http://HOST:8265');
  const spelled = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  const url = URL.parse(spelled);
  if (url === null || url.hostname === '' || !/^https?:$/.test(url.protocol))
    throw wrong(given, 'give the address of a Ray dashboard, such as http://HOST:8265');
  if (url.username !== '' || url.password !== '')
    throw wrong(given, 'it holds a password. Leave that out and set RAY_AUTH_TOKEN, which Ray asks for');
  if (url.search !== '' || url.hash !== '') throw wrong(given, 'give it without ? and #');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether what is sent there is unencrypted. */
export function isPlain(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** `dataDir`: the user's data folder, never a repository's. */
export async function isKnownAddress(dataDir: string, address: string): Promise<boolean> {
  return (await read(dataDir)).includes(address);
}

/** A list of a newer release is left as it is. */
export async function rememberAddress(dataDir: string, address: string): Promise<void> {
  const folder = clusterFolder(dataDir);
  await mkdir(folder, { recursive: true });
  await withLock(join(folder, 'addresses.lock'), 'remembering a cluster', async () => {
    if (isOfNewerRelease((await readIfThere(pathOf(dataDir), MOST_BYTES)) ?? '')) return;
    const known = await read(dataDir);
    if (known.includes(address)) return;
    await writeAside(pathOf(dataDir), `${JSON.stringify({ format: 1, known: [...known, address] }, null, 2)}\n`);
  });
}

export function clusterFolder(dataDir: string): string {
  return join(dataDir, 'cluster');
}

function pathOf(dataDir: string): string {
  return join(clusterFolder(dataDir), 'addresses.json');
}

/** A damaged list counts as empty: the user is asked again. */
async function read(dataDir: string): Promise<string[]> {
  try {
    return schema.parse(JSON.parse(await readBounded(pathOf(dataDir), MOST_BYTES))).known;
  } catch {
    return [];
  }
}

/** The message is shown and logged, so it must not contain a password or token from the address. */
function wrong(given: string, why: string): ClusterError {
  const shown = given.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, '$1…@').replace(/[?#].*$/s, '?…');
  return new ClusterError('bad-address', `${shown || 'An empty text'} is not the address of a cluster: ${why}.`);
}
