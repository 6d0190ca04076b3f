/**
 * A lock file that names its holder by pid and process start time, and by the place where these mean something: a crashed holder, or a
 * pid given to another program, never blocks anyone. Of a holder elsewhere (the host of a container, another machine on a network
 * disk), of one whose lock was copied or moved, and where the system tells no start times, only its heartbeat tells whether it lives: it writes the file anew every few seconds.
 */

import { execFile } from 'node:child_process';
import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import { here, isHere } from './place.ts';
import { readBounded } from './readBounded.ts';
import { temporaryName } from './writeAside.ts';

const holderSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  purpose: z.string(),
  sinceMs: z.number(),
  host: z.string().default(here.host),
  boot: z.string().default(here.boot),
  namespace: z.string().default(here.namespace),
  /** Of the lock: that of a copy is another. */
  path: z.string().exactOptional(),
});

export type LockHolder = z.infer<typeof holderSchema>;

export type LockAnswer =
  | { readonly kind: 'taken'; release(): Promise<void> }
  | { readonly kind: 'busy'; readonly holder: LockHolder };

/** A moment in which a lock file may exist without its text, for it was just made. */
const YOUNG_MS = 2000;
/** Longer than a file is young: what is still without its text then is nobody's. */
const MOST_TAKING_MS = 2.5 * YOUNG_MS;
const MOST_BYTES = 16 * 1024;
const HEARTBEAT_MS = 2000;
/** A holder elsewhere that was silent for so long is looked at for a heartbeat more: it may have slept with its machine. */
const SILENT_MS = 60_000;
const WATCH_MS = 1.5 * HEARTBEAT_MS;

export async function takeLock(path: string, purpose: string): Promise<LockAnswer> {
  const startedAt = await startTimeOf(process.pid);
  const me: LockHolder = {
    pid: process.pid,
    startedAt,
    purpose,
    sinceMs: Date.now(),
    ...here,
    path: await ownPath(path),
  };
  const deadlineMs = performance.now() + MOST_TAKING_MS;
  do {
    const text = JSON.stringify(me);
    const file = await createWith(path, text);
    if (file !== null) return { kind: 'taken', release: beating(file, path, text) };
    const found = await readHolder(path);
    if (found.kind === 'held') return { kind: 'busy', holder: found.holder };
    if (found.kind === 'stale') await removeStale(path, found.text);
    else await sleep(50);
  } while (performance.now() < deadlineMs);
  throw new Error(`The lock ${path} could not be taken: delete this file if no other Repotune is running.`);
}

/** The open file, so that what is written to it later never reaches a lock that another has taken since; null where there is one. */
async function createWith(path: string, text: string): Promise<FileHandle | null> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    await file.write(text, 0);
    return file;
  } catch (error) {
    await file.close();
    // Ours, for `open` made it.
    await rm(path, { force: true });
    throw error;
  }
}

/** Answers with what releases the lock. The disk's own clock dates a heartbeat, since machines disagree. */
function beating(file: FileHandle, path: string, text: string): () => Promise<void> {
  let beat = Promise.resolve();
  const timer = setInterval(() => {
    const write = async (): Promise<void> => {
      await file.write(text, 0);
      await file.datasync();
    };
    // A disk that is full or gone for a while does not end the work.
    beat = beat.then(write).catch(() => {});
  }, HEARTBEAT_MS).unref();
  return async () => {
    clearInterval(timer);
    await beat;
    await file.close();
    await removeIfMine(path, text);
  };
}

/** Whether a lock's holder lives; `none` also where a lock may just be made. For what is nobody's once its holder is gone. */
export async function ownership(path: string): Promise<'held' | 'stale' | 'none'> {
  const { kind } = await readHolder(path);
  return kind === 'gone' ? 'none' : kind;
}

type Found =
  | { readonly kind: 'held'; readonly holder: LockHolder }
  | { readonly kind: 'stale'; readonly text: string }
  | { readonly kind: 'gone' };

async function readHolder(path: string): Promise<Found> {
  let text: string;
  let mtimeMs: number;
  try {
    ({ mtimeMs } = await stat(path));
    text = await lockText(path);
  } catch {
    return { kind: 'gone' };
  }
  const holder = parseHolder(text);
  // A file from the future (a clock was set back, or is another machine's) is not young for that.
  if (holder === null) return Math.abs(Date.now() - mtimeMs) < YOUNG_MS ? { kind: 'gone' } : { kind: 'stale', text };
  // A repository is copied with the locks in its store, and nobody holds those; what is held and moved goes on beating.
  const isOwn = holder.path === undefined || holder.path === (await ownPath(path).catch(() => null));
  const alive = isHere(holder) ? await isAlive(holder) : null;
  const lives = isOwn || alive === false ? alive : null;
  return (lives ?? (await isHeard(path, mtimeMs))) ? { kind: 'held', holder } : { kind: 'stale', text };
}

function parseHolder(text: string): LockHolder | null {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** '' for what cannot be a lock: a store can come out of somebody's archive. */
async function lockText(path: string): Promise<string> {
  return await readBounded(path, MOST_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== undefined) throw error;
    return '';
  });
}

/** Two may find the same stale lock: it is moved aside first, and put back if it turns out to be a newer one. */
async function removeStale(path: string, text: string): Promise<void> {
  const aside = temporaryName(path);
  try {
    await rename(path, aside);
  } catch {
    // Another did, or nobody may: it is looked at again in a moment.
    await sleep(50);
    return;
  }
  const moved = await lockText(aside).catch(() => text);
  if (moved === text) await rm(aside, { force: true });
  else await rename(aside, path);
}

async function removeIfMine(path: string, text: string): Promise<void> {
  if ((await lockText(path).catch(() => '')) === text) await rm(path, { force: true });
}

/** null where start times are not told (on Windows): a process that lives may have got the pid of one that does not. */
async function isAlive({ pid, startedAt }: LockHolder): Promise<boolean | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = await startTimeOf(pid);
  return now === '' || startedAt === '' ? null : now === startedAt;
}

/** The one name that `path` has, however its folder is called. @throws where there is no such folder */
export async function ownPath(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path));
}

/** Whether somebody writes this lock while it is looked at: nobody does a copy. */
export async function isBeating(path: string): Promise<boolean> {
  const before = await stat(path).catch(() => null);
  return before !== null && (await isWritten(path, before.mtimeMs));
}

/** Whether a holder of which nothing else tells has written its lock lately, or does while it is looked at. */
async function isHeard(path: string, mtimeMs: number): Promise<boolean> {
  // One that is dated in the future was written before a clock was set back, and tells nothing.
  return Math.abs((await nowOnDisk(path)) - mtimeMs) < SILENT_MS || (await isWritten(path, mtimeMs));
}

async function isWritten(path: string, mtimeMs: number): Promise<boolean> {
  await sleep(WATCH_MS);
  const later = await stat(path).catch(() => null);
  return later !== null && later.mtimeMs !== mtimeMs;
}

/** By the clock of the disk that `path` lies on: machines that share a disk may disagree. */
export async function nowOnDisk(path: string): Promise<number> {
  const probe = temporaryName(path);
  try {
    const file = await open(probe, 'wx');
    try {
      return (await file.stat()).mtimeMs;
    } finally {
      await file.close();
    }
  } finally {
    await rm(probe, { force: true });
  }
}

/** Any text that differs between two processes with one pid; '' where it cannot be known. */
export async function startTimeOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The command's name, in parentheses, may itself hold spaces; the start time is field 22 of the whole.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  }
  if (process.platform === 'win32') return '';
  // A time of day, which a window and a terminal may each have in another language or zone.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC0' };
  const asked = promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env });
  const answer = await asked.catch(() => ({ stdout: '' }));
  return answer.stdout.trim();
}

const WAIT_MS = 5000;

/** Runs `work` alone among all processes that use this lock; `waitMs` is for changes that take more than milliseconds. */
export async function withLock<T>(path: string, purpose: string, work: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
  for (const deadlineMs = performance.now() + waitMs; ; ) {
    const answer = await takeLock(path, purpose);
    if (answer.kind === 'taken') {
      try {
        return await work();
      } finally {
        await answer.release();
      }
    }
    if (performance.now() > deadlineMs) {
      throw new Error(`Another Repotune (process ${answer.holder.pid}) holds ${path}. Try again in a moment.`);
    }
    await sleep(20);
  }
}
