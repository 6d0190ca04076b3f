/** Where a run works: a folder of its own in the store, under the lock that makes it the repository's only tune. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AdapterStore } from '../adapters/store.ts';
import { sinceText } from '../common/calendar.ts';
import { inspectTrainable } from '../models/inspect.ts';
import { takeLock } from '../storage/lock.ts';
import { requireSealKey } from '../storage/machineSeal.ts';
import { removeAll } from '../storage/patient.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { isEndOfSession } from '../system/endOfSession.ts';
import { adapterBytes, requireDiskSpace } from '../tuning/diskSpace.ts';
import { TuneError } from '../tuning/errors.ts';
import { RANK } from '../tuning/hyperparameters.ts';
import { rankOf } from '../tuning/presets.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { clearOwnFolders, clearStore, keepRun, runFolders, runsOf, tuneLockOf } from './leftovers.ts';
import { endUnrequestedBeside, listUnrequested, unlistUnrequested, unrequestedHasEnded } from './makeWay.ts';
import { forgetResumeRecord, type Interrupted, readInterrupted } from './resumeRecord.ts';

export interface LockHooks {
  /** Nobody asked for the run: it makes way for one that somebody does. */
  readonly background?: boolean;
  /** The run was interrupted, and goes on where it was. */
  readonly resume?: Interrupted | null;
  /** Its version takes the place of what an interrupted run would have become. */
  readonly replacesInterrupted?: boolean;
  /** Of the run: if it is aborted because the session ends, its folder stays, to go on from. */
  readonly signal?: AbortSignal;
  /** Called once this process holds the store's tune lock, which it keeps until the run's end. */
  onLocked?(storeDir: string): Promise<void>;
  /** Called before the lock is released, even if `onLocked` failed. */
  onUnlocking?(): Promise<void>;
}

/** Runs `work` in a folder of its own, as the only tune of this repository. */
export async function inRun<T>(
  runId: string,
  options: TuneOptions,
  hooks: LockHooks,
  work: (store: AdapterStore, runDir: string) => Promise<T>,
): Promise<T> {
  await inspectTrainable(options.modelPath);
  const store = await AdapterStore.of(options.folder);
  await clearOwnFolders();
  await clearStore(options.folder);
  await makeStoreFolder(store.dir);
  await requireDiskSpace(store.dir, await adapterBytes(options.modelPath, rankOf(options) ?? RANK));
  await requireSealKey();
  if (!hooks.background) await endUnrequestedBeside(store.dir);
  const take = () => takeLock(tuneLockOf(store.dir), `tuning ${options.folder}`);
  let lock = await take();
  if (lock.kind === 'busy' && (await unrequestedHasEnded(store.dir))) lock = await take();
  if (lock.kind === 'busy') {
    const since = sinceText(lock.holder.sinceMs, Date.now());
    throw new TuneError(
      `A tune of this repository is already running (process ${lock.holder.pid}, since ${since}). Wait for it or stop it first.`,
    );
  }
  const runDir = join(runsOf(store.dir), runId);
  let keep = false;
  let goesOn = false;
  try {
    // Holding the lock means being alone: other runs' folders are left from a crash, or were kept until now.
    await clearOthers(store.dir, runDir, false);
    if ((hooks.resume ?? null) === null) await removeAll(runDir);
    await mkdir(runDir, { recursive: true });
    await hooks.onLocked?.(store.dir);
    if (hooks.background) await listUnrequested(store.dir);
    const done = await work(store, runDir);
    if (hooks.replacesInterrupted) await clearOthers(store.dir, runDir, true).catch(() => {});
    return done;
  } catch (error) {
    keep = error instanceof TuneError && error.keepsRun;
    goesOn = mayPass(error, hooks.signal) && (await readInterrupted(runDir)) !== null;
    throw error;
  } finally {
    if (hooks.background) await unlistUnrequested(store.dir);
    await hooks.onUnlocking?.();
    // What cannot be deleted now is no failure of the run: the next start deletes it.
    if (keep && !goesOn) await forgetResumeRecord(runDir).catch(() => {});
    if (keep) await keepRun(runDir).catch(() => {});
    else if (!goesOn) await removeAll(runDir).catch(() => {});
    // One that cannot be deleted ends with this process, and why the run failed matters more.
    await lock.release().catch(() => {});
  }
}

/** Whether what ended the run was not about the run. */
function mayPass(error: unknown, signal?: AbortSignal): boolean {
  if (signal?.aborted) return isEndOfSession(signal);
  return !(error instanceof TuneError && error.isFinal);
}

/** Those that can go on stay until another run has what they would have had: it may be refused, or stopped. */
async function clearOthers(storeDir: string, runDir: string, replaced: boolean): Promise<void> {
  for (const dir of await runFolders(storeDir)) {
    if (dir !== runDir && (replaced || (await readInterrupted(dir)) === null)) await removeAll(dir);
  }
}
