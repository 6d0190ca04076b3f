/**
 * Marks which versions this machine made or measured: a repository's `.git` can come from an archive or another machine, adapters and
 * judgements included.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarkOf, markOf } from '../storage/machineSeal.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

/** Certifies that a version may serve here. `sha256`: of its adapter file. */
export async function seal(storeDir: string, id: string, sha256: string): Promise<void> {
  await makeStoreFolder(storeDir, 'judgements');
  await writeAside(pathOf(storeDir, id), `${await markOf(certified(id, sha256))}\n`);
}

/** @throws if its seal is out of reach for now */
export async function isSealed(storeDir: string, id: string, sha256: string): Promise<boolean> {
  const found = ((await readIfThere(pathOf(storeDir, id), 1024)) ?? '').trim();
  return await isMarkOf(certified(id, sha256), found);
}

export async function breakSeal(storeDir: string, id: string): Promise<void> {
  await rm(pathOf(storeDir, id), { force: true });
}

function certified(id: string, sha256: string): string {
  return `${id}\0${sha256}`;
}

function pathOf(storeDir: string, id: string): string {
  return join(storeDir, 'judgements', `${id}.seal`);
}
