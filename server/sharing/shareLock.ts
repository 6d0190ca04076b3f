/** Sharing happens in one process at a time: the private repository is one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLock } from '../storage/lock.ts';
import { ShareError } from './errors.ts';

const LOCK_WAIT_MS = 30_000;
/** Most work is done by then. */
const TELL_AFTER_MS = 1000;

/** Waits for other processes, and tells so once. @throws {ShareError} `busy` */
export async function lockFor(
  path: string,
  doing: string,
  onWait: ((sentence: string) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<() => Promise<void>> {
  const startMs = performance.now();
  for (let told = false; ; ) {
    const answer = await takeLock(path, doing);
    if (answer.kind === 'taken') return answer.release;
    signal?.throwIfAborted();
    const waitedMs = performance.now() - startMs;
    const busy = `Another Repotune (process ${answer.holder.pid}) is ${answer.holder.purpose} here.`;
    if (waitedMs > LOCK_WAIT_MS) throw new ShareError('busy', `${busy} Try again when it has finished.`);
    if (waitedMs > TELL_AFTER_MS && !told) {
      onWait?.(`${busy} Waiting until it has finished, for ${LOCK_WAIT_MS / 1000} s at most.`);
      told = true;
    }
    await sleep(50);
  }
}
