/**
 * Files that were forgotten in a folder without git, which has come to lie in a repository: they stay forgotten, under their paths there.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../storage/lock.ts';
import { readIfThere } from '../storage/readIfThere.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import { joinText, prefixed } from './joinText.ts';

const FILE = 'learning.json';
const MOST_BYTES = 4 * 2 ** 20;
const NONE = '{"format":1,"paused":false,"forgotten":[]}';

/** `within`: the folder's path in the repository, '/' separated. What cannot be read stays, and is looked at again. */
export async function keepForgotten(former: string, within: string, store: string): Promise<void> {
  const read = (dir: string): Promise<string | null> => readIfThere(join(dir, FILE), MOST_BYTES);
  if ((await read(former)) === null) return;
  await makeStoreFolder(store);
  await withLock(join(former, 'learning.lock'), 'moving what was forgotten', () =>
    withLock(join(store, 'learning.lock'), 'taking over what was forgotten', async () => {
      const theirs = await read(former);
      const joined = joinText(FILE, theirs && prefixed(theirs, within), (await read(store)) ?? NONE);
      if (joined === null || Buffer.byteLength(joined) > MOST_BYTES) return;
      await writeAside(join(store, FILE), joined);
      await rm(join(former, FILE));
    }),
  );
}
