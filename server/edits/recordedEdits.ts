/**
 * Edits recorded to learn from, in `recorded-edits.jsonl` of a repository's store: one per line, oldest first. They contain code: only
 * their user can read the file, it never exceeds a few megabytes, and it is deleted on request.
 */
import { constants } from 'node:fs';
import { access, lstat, open, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as othersFirst } from 'node:timers/promises';
import * as z from 'zod';
import { foldedPath } from '../common/foldedPath.ts';
import { withLock } from '../storage/lock.ts';
import { readBoundedBytes } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import { type LineChange, sameLines } from './change.ts';

/** Beyond this, the oldest are dropped. */
export const MOST_RECORDS = 2000;
export const MOST_BYTES = 4 * 2 ** 20;
/** Share kept then, so that not every edit rewrites the file. */
const KEPT_SHARE = 0.9;
/** Maximum of one record: a longer one was not typed. */
export const MOST_RECORD_BYTES = 64 * 1024;
/** Lines read before yielding to other work. */
const LINES_AT_ONCE = 50;
const OWN = 0o600;

/** An edit made by a person. */
export interface RecordedEdit {
  /** Time of its last key. */
  readonly atMs: number;
  /** From the repository's root. */
  readonly path: string;
  /** Text around the change before it was made: line `from` of the file, and those after it. */
  readonly from: number;
  readonly lines: readonly string[];
  readonly change: Omit<LineChange, 'path'>;
  /** Changes before it, oldest first; those of this file led to `lines`. */
  readonly recent: readonly LineChange[];
  /** Text around those of this file that are elsewhere in it, at the time. */
  readonly elsewhere: readonly FilePiece[];
}

/** Line `from` of a file, and those after it. */
export interface FilePiece {
  readonly from: number;
  readonly lines: readonly string[];
}

const place = z.int().min(0).max(10_000_000);
const pathSchema = z.string().min(1).max(4096);
const lines = z.array(z.string());
const changeSchema = z.object({ line: place, before: lines, after: lines });
const recordSchema = z.object({
  format: z.literal(1),
  atMs: z.number().min(0).max(8.64e15),
  path: pathSchema,
  from: place,
  lines,
  change: changeSchema,
  recent: z.array(changeSchema.extend({ path: pathSchema })),
  elsewhere: z.array(z.object({ from: place, lines })),
});

export interface RecordedSummary {
  readonly edits: number;
  readonly files: number;
  /** Time of the oldest; null without any. */
  readonly sinceMs: number | null;
}

/** Oldest first. Damaged lines are skipped, and a file that cannot be valid counts as empty. */
export async function readRecordedEdits(storeDir: string): Promise<readonly RecordedEdit[]> {
  return (await read(storeDir)).flatMap(({ edit }) => edit ?? []);
}

export async function summaryOfRecorded(storeDir: string): Promise<RecordedSummary> {
  const edits = await readRecordedEdits(storeDir);
  return {
    edits: edits.length,
    files: new Set(edits.map(({ path }) => foldedPath(path))).size,
    sinceMs: edits.reduce<number | null>((since, { atMs }) => Math.min(since ?? atMs, atMs), null),
  };
}

/** Whether there are any, including damaged ones. */
export async function areEditsRecorded(storeDir: string): Promise<boolean> {
  return await access(pathOf(storeDir)).then(
    () => true,
    () => false,
  );
}

export async function recordEdit(storeDir: string, edit: RecordedEdit): Promise<void> {
  const line = lineOf(edit);
  if (Buffer.byteLength(line) > MOST_RECORD_BYTES) return;
  await locked(storeDir, async () => {
    const path = pathOf(storeDir);
    const there = await bytesOf(path);
    if (there === null || there.length + Buffer.byteLength(line) > MOST_BYTES || linesIn(there) >= MOST_RECORDS) {
      await writeAside(path, newest(`${there?.toString('utf8') ?? ''}\n${line}`), OWN);
      return;
    }
    const file = await open(path, APPENDING, OWN);
    try {
      // A truncated record remains a line of its own.
      const whole = there.length === 0 || there.at(-1) === LINE_FEED;
      await file.appendFile(`${whole ? '' : '\n'}${line}`);
    } finally {
      await file.close();
    }
  });
}

/**
 * Deletes all, or those of one file made since then, which is also removed from the earlier changes of others. `path`: from the
 * repository's root, in any spelling a disk may use.
 */
export async function forgetRecordedEdits(storeDir: string, path?: string, sinceMs = 0): Promise<void> {
  await locked(storeDir, async () => {
    await deleteHalfWritten(storeDir);
    if (path === undefined) await rm(pathOf(storeDir), { force: true });
  });
  if (path === undefined) return;
  const wanted = foldedPath(path);
  const same = (other: { readonly path: string }): boolean => foldedPath(other.path) === wanted;
  await change(storeDir, (edit) => {
    if (edit.atMs < sinceMs) return edit;
    if (same(edit)) return null;
    return edit.recent.some(same) ? { ...edit, recent: edit.recent.filter((other) => !same(other)) } : edit;
  });
}

/** Deletes what a process killed while rewriting the file left. Requires the lock: nobody is writing then. */
async function deleteHalfWritten(storeDir: string): Promise<void> {
  const names = await readdir(storeDir).catch(() => []);
  const left = names.filter((name) => name.startsWith(`${basename(pathOf(storeDir))}.`) && name.endsWith('.tmp'));
  for (const name of left) await rm(join(storeDir, name), { force: true });
}

/** Deletes the newest record of exactly this change, which was undone later. */
export async function forgetUndone(storeDir: string, undone: LineChange): Promise<void> {
  const newest = (await readRecordedEdits(storeDir)).findLast(
    ({ path, change: { line, before, after } }) =>
      path === undone.path &&
      line === undone.line &&
      sameLines(before, undone.before) &&
      sameLines(after, undone.after),
  );
  if (newest === undefined) return;
  const line = lineOf(newest);
  await change(storeDir, (edit) => (lineOf(edit) === line ? null : edit));
}

/** `to`: replacement for a record; null to delete it. Damaged lines are dropped. */
async function change(storeDir: string, to: (edit: RecordedEdit) => RecordedEdit | null): Promise<void> {
  await locked(storeDir, async () => {
    const records = await read(storeDir);
    const left = records.flatMap(({ edit, text }) => {
      const next = edit === null ? null : to(edit);
      if (next === null) return [];
      return [next === edit ? `${text}\n` : lineOf(next)];
    });
    if (left.length === 0) await rm(pathOf(storeDir), { force: true });
    else await writeAside(pathOf(storeDir), left.join(''), OWN);
  });
}

async function read(storeDir: string): Promise<{ readonly text: string; readonly edit: RecordedEdit | null }[]> {
  const texts = (await bytesOf(pathOf(storeDir)))?.toString('utf8').split('\n') ?? [];
  const records: { readonly text: string; readonly edit: RecordedEdit | null }[] = [];
  for (const [i, text] of texts.entries()) {
    if (i % LINES_AT_ONCE === LINES_AT_ONCE - 1) await othersFirst();
    if (text !== '') records.push({ text, edit: editOf(text) });
  }
  return records;
}

function editOf(text: string): RecordedEdit | null {
  try {
    const { format: _, ...edit } = recordSchema.parse(JSON.parse(text));
    return edit;
  } catch {
    return null;
  }
}

function lineOf(edit: RecordedEdit): string {
  return `${JSON.stringify({ format: 1, ...edit })}\n`;
}

/** The last lines of a text, to keep if there are too many. */
function newest(text: string): string {
  const left = { lines: KEPT_SHARE * MOST_RECORDS, bytes: KEPT_SHARE * MOST_BYTES };
  const kept: string[] = [];
  for (const line of text.split('\n').reverse()) {
    if (line === '') continue;
    left.lines--;
    left.bytes -= Buffer.byteLength(line) + 1;
    if (left.lines < 0 || left.bytes < 0) break;
    kept.unshift(`${line}\n`);
  }
  return kept.join('');
}

const LINE_FEED = 10;

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}

/** No link is followed, and a pipe in its place does not block. */
const APPENDING =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** Empty if there is none; null if what is there cannot be valid. */
async function bytesOf(path: string): Promise<Buffer | null> {
  return await readBoundedBytes(path, 2 * MOST_BYTES).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? Buffer.alloc(0) : null,
  );
}

async function locked(storeDir: string, work: () => Promise<void>): Promise<void> {
  await makeStoreFolder(storeDir);
  await withLock(join(storeDir, 'recorded-edits.lock'), 'keeping recorded edits', async () => {
    await requireNoFolder(pathOf(storeDir));
    await work();
  });
}

/** @throws with a message for the user: the contents of a folder are not ours to delete, and no file can replace it. */
async function requireNoFolder(path: string): Promise<void> {
  const isFolder = await lstat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (isFolder)
    throw new Error(`${path} is a folder, but recorded edits are kept in a file of that name. Move it elsewhere.`);
}

function pathOf(storeDir: string): string {
  return join(storeDir, 'recorded-edits.jsonl');
}
