/**
 * An unrequested run makes way for one that a person asks for, wherever each was started: two would share the cores. Of unrequested ones
 * there is one at a time on a machine; a file of ours says in which repository.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { isRunning } from '../protocol/tune.ts';
import { dataFolder } from '../storage/paths.ts';
import { readBounded } from '../storage/readBounded.ts';
import { writeAside } from '../storage/writeAside.ts';
import { RunFollower } from './runFollower.ts';

/** Ending one takes a second or two; on a busy machine more. */
const MOST_MS = 15_000;

const MOST_BYTES = 16 * 1024;
const listed = z.object({ store: z.string().min(1) });

function listFile(): string {
  return join(dataFolder(), 'unrequested-run.json');
}

/** Says that the store's run is an unrequested one. Without it, a run elsewhere only shares the cores. */
export async function listUnrequested(storeDir: string): Promise<void> {
  const text = `${JSON.stringify({ store: storeDir })}\n`;
  await mkdir(dataFolder(), { recursive: true })
    .then(() => writeAside(listFile(), text))
    .catch(() => {});
}

export async function unlistUnrequested(storeDir: string): Promise<void> {
  if ((await listedStore()) === storeDir) await rm(listFile(), { force: true }).catch(() => {});
}

async function listedStore(): Promise<string | null> {
  try {
    return listed.parse(JSON.parse(await readBounded(listFile(), MOST_BYTES))).store;
  } catch {
    return null;
  }
}

/** Ends the unrequested run of another repository, if there is one. */
export async function endUnrequestedBeside(storeDir: string | null): Promise<void> {
  const store = await listedStore();
  if (store !== null && store !== storeDir) await unrequestedHasEnded(store);
}

/** Whether an unrequested run was going on in this store, and has ended. */
export async function unrequestedHasEnded(storeDir: string): Promise<boolean> {
  const { promise: ended, resolve } = Promise.withResolvers<boolean>();
  const follower = new RunFollower(storeDir, {
    onProgress: (progress) => {
      if (progress.background !== true) resolve(false);
      else if (isRunning(progress)) follower.send({ kind: 'stop', toMakeWay: true });
      else resolve(true);
    },
    onResult: () => {},
    onFailure: () => resolve(true),
  });
  try {
    await follower.look();
    if (!follower.connected) return false;
    return await Promise.race([ended, sleep(MOST_MS, false, { ref: false })]);
  } finally {
    follower.dispose();
  }
}
