/**
 * Seals on what this machine wrote. A repository's `.git` can come from an archive or another machine, adapters and judgements included, but
 * not the key, which is in this user's data folder.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { dataFolder } from './paths.ts';
import { readIfThere } from './readIfThere.ts';
import { writeAside } from './writeAside.ts';

const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/;

/** Seal for one of this user's files in a store. `purpose`: what it is, so that no other kind of seal fits. */
export async function sealOf(purpose: string, text: string): Promise<string> {
  return await markOf(sealed(purpose, text));
}

export async function fitsSeal(purpose: string, text: string, found: string): Promise<boolean> {
  return await isMarkOf(sealed(purpose, text), found);
}

function sealed(purpose: string, text: string): string {
  return `${purpose}\0\0${text}`;
}

/** What only this machine can make of a text. */
export async function markOf(text: string): Promise<string> {
  return createHmac('sha256', await key())
    .update(text)
    .digest('hex');
}

/** @throws if the key is out of reach for now */
export async function isMarkOf(text: string, found: string): Promise<boolean> {
  return HEX.test(found) && timingSafeEqual(Buffer.from(found, 'hex'), Buffer.from(await markOf(text), 'hex'));
}

/** Rejects if no key can be written: better before minutes of training than after. */
export async function requireSealKey(): Promise<void> {
  await key();
}

/**
 * Created on first use, readable by its owner only, and complete or not at all. @throws if it cannot be read: with a new key, everything
 * sealed would count as foreign
 */
async function key(): Promise<string> {
  const path = join(dataFolder(), 'seal.key');
  const known = await keyIn(path);
  if (HEX.test(known)) return known;
  await mkdir(dataFolder(), { recursive: true });
  return await withLock(join(dataFolder(), 'seal.lock'), 'making the key of seals', async () => {
    // Made by another process meanwhile. A damaged one is replaced: what it sealed is measured again.
    const meanwhile = await keyIn(path);
    if (HEX.test(meanwhile)) return meanwhile;
    const made = randomBytes(KEY_BYTES).toString('hex');
    await writeAside(path, `${made}\n`, 0o600);
    return made;
  });
}

/** '' if there is none, or the file cannot be one. */
async function keyIn(path: string): Promise<string> {
  return ((await readIfThere(path, 1024)) ?? '').trim();
}
