/**
 * Marks what this machine made or measured. A repository's `.git` can come from an archive or another machine, adapters and judgements
 * included, but not the key, which is in this user's data folder.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../storage/lock.ts';
import { dataFolder } from '../storage/paths.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/;

/** Certifies that a version may serve here. `sha256`: of its adapter file. */
export async function seal(storeDir: string, id: string, sha256: string): Promise<void> {
  await makeStoreFolder(storeDir, 'judgements');
  await writeAside(pathOf(storeDir, id), `${digest(await key(), id, sha256)}\n`);
}

/** @throws if its seal is out of reach for now */
export async function isSealed(storeDir: string, id: string, sha256: string): Promise<boolean> {
  const found = ((await readIfThere(pathOf(storeDir, id), 1024)) ?? '').trim();
  if (!HEX.test(found)) return false;
  return timingSafeEqual(Buffer.from(found, 'hex'), Buffer.from(digest(await key(), id, sha256), 'hex'));
}

/** Seal for one of this user's lists in a store. `purpose`: what it is, so that no other kind of seal fits. */
export async function sealOf(purpose: string, text: string): Promise<string> {
  return digest(await key(), `${purpose}\0`, text);
}

export async function fitsSeal(purpose: string, text: string, found: string): Promise<boolean> {
  return HEX.test(found) && timingSafeEqual(Buffer.from(found, 'hex'), Buffer.from(await sealOf(purpose, text), 'hex'));
}

/** Rejects if no key can be written: better before minutes of training than after. */
export async function requireSealKey(): Promise<void> {
  await key();
}

export async function breakSeal(storeDir: string, id: string): Promise<void> {
  await rm(pathOf(storeDir, id), { force: true });
}

function digest(secret: string, id: string, sha256: string): string {
  return createHmac('sha256', secret).update(`${id}\0${sha256}`).digest('hex');
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

function pathOf(storeDir: string, id: string): string {
  return join(storeDir, 'judgements', `${id}.seal`);
}
