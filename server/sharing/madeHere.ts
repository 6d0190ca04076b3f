/**
 * Whether a private repository was made on this machine. git takes an object's word for its id: in one out of an archive, a commit that
 * somebody trusted has signed could have any files, and would not be fetched again.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fitsSeal, sealOf } from '../storage/machineSeal.ts';
import { readBounded } from '../storage/readBounded.ts';
import { writeAside } from '../storage/writeAside.ts';

/** Its file in the repository. */
export const MADE_HERE = 'made-here';
const PURPOSE = 'share.git';
const MOST_BYTES = 1024;

export async function markMadeHere(dir: string): Promise<void> {
  // Without a key, it is a cache for this once.
  await writeAside(join(dir, MADE_HERE), await sealOf(PURPOSE, await placeOf(dir)).catch(() => ''));
}

export async function isMadeHere(dir: string): Promise<boolean> {
  const found = await readBounded(join(dir, MADE_HERE), MOST_BYTES).catch(() => '');
  return await fitsSeal(PURPOSE, await placeOf(dir), found).catch(() => false);
}

/** Another for each folder: a mark that was copied with its repository, and comes back with other objects, does not fit. */
async function placeOf(dir: string): Promise<string> {
  return String((await stat(dir, { bigint: true })).ino);
}
