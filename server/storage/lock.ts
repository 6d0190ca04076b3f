/**
 * A lock file that names its holder by pid and process start time, and by the place where these are meaningful: a crashed holder, or a pid
 * reused by another program, never blocks anyone. For a holder elsewhere (a container's host, another machine on a network disk), for a
 * lock that was copied or moved, and where the system reports no start times, only a heartbeat shows that the holder is alive: it rewrites
 * the file every few seconds.
 */

import { execFile } from 'node:child_process';
import { type FileHandle, link, lstat, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import { mayPass, renamePatiently } from './patient.ts';
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
  /** The lock's own path, which a copy's differs from. */
  path: z.string().exactOptional(),
});

export type LockHolder = z.infer<typeof holderSchema>;

export type LockAnswer =
  | { readonly kind: 'taken'; release(): Promise<void> }
  | { readonly kind: 'busy'; readonly holder: LockHolder };

/** How long a lock file may exist without its text, right after its creation. */
const YOUNG_MS = 2000;
/** Longer than a file counts as young: if it still has no text then, nobody holds it. */
const MOST_TAKING_MS = 2.5 * YOUNG_MS;
const MOST_BYTES = 16 * 1024;
const HEARTBEAT_MS = 2000;
/** A holder elsewhere silent for this long is watched for another heartbeat: its machine may have slept. */
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
  let refusal: unknown;
  do {
    refusal = null;
    const text = JSON.stringify(me);
    // On Windows a lock that is being deleted while somebody reads it can be neither created nor opened.
    const file = await createWith(path, text).catch((error: unknown) => {
      if (!mayPass(error)) throw error;
      refusal = error;
      return null;
    });
    if (file !== null) return { kind: 'taken', release: beating(file, path, text) };
    const found = await readHolder(path);
    if (found.kind === 'held') return { kind: 'busy', holder: found.holder };
    if (found.kind === 'folder') throw new Error(`${path} is a folder, but a file is needed there. Move it elsewhere.`);
    if (found.kind === 'stale') await removeStale(path, found);
    else await sleep(50);
  } while (performance.now() < deadlineMs);
  throw refusal ?? new Error(`The lock ${path} could not be taken: delete this file if no other Repotune is running.`);
}

/**
 * Keeps the file open, so that later writes never reach a lock that another has since taken; null if one exists. The lock appears with its
 * text: one without, of a process that was suspended in between, would count as left by a killed one.
 */
async function createWith(path: string, text: string): Promise<FileHandle | null> {
  if ((await lstat(path).catch(() => null)) !== null) return null;
  const aside = temporaryName(path);
  // Not every file system has hard links; and an error is to name the lock.
  const file = await written(aside, text).catch(() => null);
  if (file === null) return await written(path, text);
  try {
    await link(aside, path);
    return file;
  } catch (error) {
    // A network disk asks again where an answer is lost, and hears that there is one: its own.
    if ((await file.stat()).nlink > 1) return file;
    await file.close();
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? null : await written(path, text);
  } finally {
    // One that stays is cleared up as a leftover.
    await rm(aside, { force: true }).catch(() => {});
  }
}

/** null if there is such a file. */
async function written(path: string, text: string): Promise<FileHandle | null> {
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
    // Ours, since `open` created it.
    await rm(path, { force: true });
    throw error;
  }
}

/** Returns a function that releases the lock. Heartbeats are dated by the disk's own clock, since machines disagree. */
function beating(file: FileHandle, path: string, text: string): () => Promise<void> {
  let beat = Promise.resolve();
  const timer = setInterval(() => {
    const write = async (): Promise<void> => {
      await file.write(text, 0);
      await file.datasync();
    };
    // A disk that is temporarily full or gone does not end the work.
    beat = beat.then(write).catch(() => {});
  }, HEARTBEAT_MS).unref();
  return async () => {
    clearInterval(timer);
    await beat;
    await file.close();
    await removeIfMine(path, text);
  };
}

/** Whether a lock's holder is alive; `none` also for one possibly just being made. For what belongs to nobody once its holder is gone. */
export async function ownership(path: string): Promise<'held' | 'stale' | 'none'> {
  const { kind } = await readHolder(path);
  return kind === 'held' || kind === 'stale' ? kind : 'none';
}

interface StaleLock {
  readonly kind: 'stale';
  readonly text: string;
  readonly mtimeMs: number;
}

type Found =
  | { readonly kind: 'held'; readonly holder: LockHolder }
  | StaleLock
  | { readonly kind: 'folder' }
  | { readonly kind: 'gone' };

async function readHolder(path: string): Promise<Found> {
  let text: string;
  let mtimeMs: number;
  try {
    const info = await stat(path);
    // It may be anybody's: nothing in it is deleted.
    if (info.isDirectory()) return { kind: 'folder' };
    ({ mtimeMs } = info);
    text = await lockText(path);
  } catch {
    return { kind: 'gone' };
  }
  const holder = parseHolder(text);
  // A file dated in the future (a clock was set back, or is another machine's) is not young.
  if (holder === null)
    return Math.abs(Date.now() - mtimeMs) < YOUNG_MS ? { kind: 'gone' } : { kind: 'stale', text, mtimeMs };
  // Copying a repository copies the locks in its store, which nobody holds; a lock that is held and moved keeps beating.
  const isOwn = holder.path === undefined || holder.path === (await ownPath(path).catch(() => null));
  const alive = isHere(holder) ? await isAlive(holder) : null;
  const lives = isOwn || alive === false ? alive : null;
  return (lives ?? (await isHeard(path, mtimeMs))) ? { kind: 'held', holder } : { kind: 'stale', text, mtimeMs };
}

function parseHolder(text: string): LockHolder | null {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** '' for anything that cannot be a lock: a store may come from somebody else's archive. */
async function lockText(path: string): Promise<string> {
  return await readBounded(path, MOST_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== undefined) throw error;
    return '';
  });
}

/**
 * Several processes may find the same stale lock. They remove it in turn, each only if it is still the one that it found: a lock that
 * somebody has taken since, and that is moved away for as long as it takes to look at it, would be free for a third. The turn is a lock
 * too, which ends with its process: one that is suspended in its turn still has it when it goes on.
 */
async function removeStale(path: string, found: StaleLock): Promise<void> {
  const turn = await takeLock(`${path}.stale.lock`, 'removing the lock of a killed process').catch((error: Error) => {
    throw Object.assign(error, { path });
  });
  if (turn.kind === 'busy') {
    await sleep(50);
    return;
  }
  try {
    if (await isAsFound(path, found)) await moveAway(path, found.text);
  } finally {
    await turn.release().catch(() => {});
  }
}

async function isAsFound(path: string, { text, mtimeMs }: StaleLock): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  return info?.mtimeMs === mtimeMs && (await lockText(path).catch(() => null)) === text;
}

/** Put back if it turns out to be newer: a holder elsewhere that was silent may have gone on, and given it up. */
async function moveAway(path: string, text: string): Promise<void> {
  const aside = temporaryName(path);
  try {
    await rename(path, aside);
  } catch {
    await sleep(50);
    return;
  }
  const moved = await lockText(aside).catch(() => text);
  if (moved === text) await rm(aside, { force: true });
  else await renamePatiently(aside, path);
}

async function removeIfMine(path: string, text: string): Promise<void> {
  if ((await lockText(path).catch(() => '')) === text) await rm(path, { force: true });
}

/** null if start times are unavailable (on Windows): a live process may have a dead one's pid. */
async function isAlive({ pid, startedAt }: LockHolder): Promise<boolean | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = await startTimeOf(pid);
  return now === '' || startedAt === '' ? null : now === startedAt;
}

/** The canonical form of `path`, whatever its folder is called. @throws if there is no such folder */
export async function ownPath(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path));
}

/** Whether somebody writes this lock while it is watched: nobody writes a copy. */
export async function isBeating(path: string): Promise<boolean> {
  const before = await stat(path).catch(() => null);
  return before !== null && (await isWritten(path, before.mtimeMs));
}

/** Whether a holder that can only be judged by its heartbeat has recently written its lock, or does while it is watched. */
async function isHeard(path: string, mtimeMs: number): Promise<boolean> {
  // One dated in the future was written before a clock was set back, and proves nothing.
  // Where nothing can be written, on a read-only disk, our own clock must do: those who only look are to be told.
  const nowMs = await nowOnDisk(path).catch(() => Date.now());
  return Math.abs(nowMs - mtimeMs) < SILENT_MS || (await isWritten(path, mtimeMs));
}

async function isWritten(path: string, mtimeMs: number): Promise<boolean> {
  await sleep(WATCH_MS);
  const later = await stat(path).catch(() => null);
  return later !== null && later.mtimeMs !== mtimeMs;
}

/** By the clock of the disk that contains `path`: machines that share a disk may disagree. */
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

/** Any text that distinguishes two processes with the same pid; '' if unavailable. */
export async function startTimeOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The command's name, in parentheses, may contain spaces; the start time is field 22 of the whole line.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  }
  if (process.platform === 'win32') return '';
  // A time of day, which a window and a terminal might print in different languages or zones.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC0' };
  const asked = promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env });
  const answer = await asked.catch(() => ({ stdout: '' }));
  return answer.stdout.trim();
}

const WAIT_MS = 5000;

/** Runs `work` exclusively among all processes that use this lock; `waitMs` is for changes that take more than milliseconds. */
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
