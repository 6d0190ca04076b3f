/** An unrequested run of a repository makes way for one that a person asks for, wherever each was started. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../protocol/tune.ts';
import { RunFollower } from './runFollower.ts';

/** Ending one takes a second or two; on a busy machine more. */
const MOST_MS = 15_000;

/** Whether an unrequested run was going on, and has ended. */
export async function unrequestedHasEnded(storeDir: string): Promise<boolean> {
  const { promise: ended, resolve } = Promise.withResolvers<boolean>();
  const follower = new RunFollower(storeDir, {
    onProgress: (progress) => {
      if (progress.background !== true) resolve(false);
      else if (isRunning(progress)) follower.send({ kind: 'stop' });
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
