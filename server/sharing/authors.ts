/**
 * The authors whose adapters this user has agreed to take, one list per store. It is sealed: a store out of an archive could bring a list
 * of its own.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { withLock } from '../storage/lock.ts';
import { fitsSeal, sealOf } from '../storage/machineSeal.ts';
import { isOfNewerRelease } from '../storage/newerRelease.ts';
import { readBounded } from '../storage/readBounded.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { writeAside } from '../storage/writeAside.ts';
import { sha256 } from './parts.ts';
import type { Signature } from './signatures.ts';

const MOST_KEY = 400;
const MOST_KNOWN = 2000;
const schema = z.object({
  format: z.literal(1),
  known: z.array(z.string().max(MOST_KEY)).max(MOST_KNOWN),
  seal: z.string(),
});
const PURPOSE = 'authors';
const MOST_BYTES = 2 ** 20;

/** The key of a good signature; otherwise only what the commit claims. */
export function authorKey(email: string, signature: Signature): string {
  const key = signature.kind === 'good' ? `key ${signature.fingerprint}` : `email ${email.toLowerCase()}`;
  return bounded(key);
}

/** A longer one would make the list unreadable, and everybody on it a stranger; a hash identifies it as well. */
function bounded(key: string): string {
  return key.length <= MOST_KEY ? key : `long ${sha256(Buffer.from(key))}`;
}

/** Known once an adapter that names this author was taken with a good signature. */
export function signerKey(email: string): string {
  return bounded(`signer ${email.toLowerCase()}`);
}

export async function isKnown(storeDir: string, key: string): Promise<boolean> {
  return (await read(storeDir)).includes(key);
}

/** A list of a newer release is left as it is. */
export async function remember(storeDir: string, ...keys: readonly string[]): Promise<void> {
  await withLock(join(storeDir, 'authors.lock'), 'remembering an author', async () => {
    if (isOfNewerRelease((await readIfThere(pathOf(storeDir), MOST_BYTES)) ?? '')) return;
    const known = await read(storeDir);
    const fresh = keys.filter((key) => !known.includes(key));
    if (fresh.length > 0) await write(storeDir, [...known, ...fresh].slice(-MOST_KNOWN));
  });
}

async function write(storeDir: string, known: readonly string[]): Promise<void> {
  const seal = await sealOf(PURPOSE, JSON.stringify(known));
  await writeAside(pathOf(storeDir), `${JSON.stringify({ format: 1, known, seal }, null, 2)}\n`);
}

/** A list that is damaged, or not this user's, counts as empty: the user is asked again. */
async function read(storeDir: string): Promise<string[]> {
  try {
    const { known, seal } = schema.parse(JSON.parse(await readBounded(pathOf(storeDir), MOST_BYTES)));
    return (await fitsSeal(PURPOSE, JSON.stringify(known), seal)) ? known : [];
  } catch {
    return [];
  }
}

function pathOf(storeDir: string): string {
  return join(storeDir, 'authors.json');
}
