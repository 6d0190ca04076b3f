/**
 * A lock file that names its holder by pid and process start time: a crashed holder, or a pid given to another program,
 * never blocks anyone.
 */

import { execFile } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import { readBounded } from './readBounded.ts';
import { temporaryName } from './writeAside.ts';

const holderSchema = z.object({
  pid: z.int().positive(),
  startedAt: z.string(),
  purpose: z.string(),
  sinceMs: z.number(),
});

export type LockHolder = z.infer<typeof holderSchema>;

export type LockAnswer =
  | { readonly kind: 'taken'; release(): Promise<void> }
  | { readonly kind: 'busy'; readonly holder: LockHolder };

/** A moment in which a lock file may exist without its text, for it was just made. */
const YOUNG_MS = 2000;
const ATTEMPTS = 5;
const MOST_BYTES = 4096;

export async function takeLock(path: string, purpose: string): Promise<LockAnswer> {
  const me: LockHolder = { pid: process.pid, startedAt: await startTimeOf(process.pid), purpose, sinceMs: Date.now() };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const text = JSON.stringify(me);
    if (await createWith(path, text)) return { kind: 'taken', release: () => removeIfMine(path, text) };
    const found = await readHolder(path);
    if (found.kind === 'held') return { kind: 'busy', holder: found.holder };
    if (found.kind === 'stale') await removeStale(path, found.text);
    else await sleep(50);
  }
  throw new Error(`The lock ${path} could not be taken: delete this file if no other Repotune is running.`);
}

async function createWith(path: string, text: string): Promise<boolean> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (file === null) return false;
  try {
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    // Ours, for `open` made it.
    await rm(path, { force: true });
    throw error;
  }
}

type Found =
  | { readonly kind: 'held'; readonly holder: LockHolder }
  | { readonly kind: 'stale'; readonly text: string }
  | { readonly kind: 'gone' };

async function readHolder(path: string): Promise<Found> {
  let text: string;
  let ageMs: number;
  try {
    ageMs = Date.now() - (await stat(path)).mtimeMs;
    text = await lockText(path);
  } catch {
    return { kind: 'gone' };
  }
  const holder = parseHolder(text);
  // Of a file from the future, by a clock that was set back or another machine's, nothing says that it is young.
  if (holder === null) return Math.abs(ageMs) < YOUNG_MS ? { kind: 'gone' } : { kind: 'stale', text };
  return (await isAlive(holder)) ? { kind: 'held', holder } : { kind: 'stale', text };
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
    return;
  }
  const moved = await lockText(aside).catch(() => text);
  if (moved === text) await rm(aside, { force: true });
  else await rename(aside, path);
}

async function removeIfMine(path: string, text: string): Promise<void> {
  if ((await lockText(path).catch(() => '')) === text) await rm(path, { force: true });
}

async function isAlive({ pid, startedAt }: LockHolder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = await startTimeOf(pid);
  return now === '' || startedAt === '' || now === startedAt;
}

/** Any text that differs between two processes with one pid; '' where it cannot be known. */
export async function startTimeOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The command's name, in parentheses, may itself hold spaces; the start time is field 22 of the whole.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  }
  if (process.platform === 'win32') return '';
  const answer = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return answer.stdout.trim();
}

const WAIT_MS = 5000;

/** Runs `work` alone among all processes that use this lock; for changes that take milliseconds. */
export async function withLock<T>(path: string, purpose: string, work: () => Promise<T>): Promise<T> {
  for (const deadlineMs = Date.now() + WAIT_MS; ; ) {
    const answer = await takeLock(path, purpose);
    if (answer.kind === 'taken') {
      try {
        return await work();
      } finally {
        await answer.release();
      }
    }
    if (Date.now() > deadlineMs) {
      throw new Error(`Another Repotune (process ${answer.holder.pid}) holds ${path}. Try again in a moment.`);
    }
    await sleep(20);
  }
}
