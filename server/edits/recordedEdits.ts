/**
 * Edits that were recorded to learn from, in `recorded-edits.jsonl` of a repository's store: a line each, oldest first. They hold code: only
 * their user can read the file, it never grows beyond a few megabytes, and it is deleted at a word.
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

/** More than these, and the oldest go. */
export const MOST_RECORDS = 2000;
export const MOST_BYTES = 4 * 2 ** 20;
/** What stays then: not every edit is to write the file anew. */
const KEPT_SHARE = 0.9;
/** One record at most: a longer one is nothing that was typed. */
export const MOST_RECORD_BYTES = 64 * 1024;
/** Lines that are read before whoever waits has a turn. */
const LINES_AT_ONCE = 50;
const OWN = 0o600;

/** An edit that somebody made. */
export interface RecordedEdit {
  /** When its last key came. */
  readonly atMs: number;
  /** From the repository's root. */
  readonly path: string;
  /** What stood around the change before it was made: line `from` of the file, and those behind it. */
  readonly from: number;
  readonly lines: readonly string[];
  readonly change: Omit<LineChange, 'path'>;
  /** What was changed before it, oldest first; those of this file led to `lines`. */
  readonly recent: readonly LineChange[];
  /** What stood then around those of this file that lie elsewhere in it. */
  readonly elsewhere: readonly FilePiece[];
}

/** Line `from` of a file, and those behind it. */
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
  /** When the oldest was made; null without any. */
  readonly sinceMs: number | null;
}

/** Oldest first. A damaged line is passed over, and a file that cannot be one counts as empty. */
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

/** Whether there are any, damaged ones too. */
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
      // One that was cut short stays a line of its own.
      const whole = there.length === 0 || there.at(-1) === LINE_FEED;
      await file.appendFile(`${whole ? '' : '\n'}${line}`);
    } finally {
      await file.close();
    }
  });
}

/**
 * All, or those of one file that were made since, which goes from what was changed before others too. `path`: from the repository's root,
 * however a disk writes it.
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

/** What a process left that was killed while it wrote the file anew. To be called with the lock: nobody writes then. */
async function deleteHalfWritten(storeDir: string): Promise<void> {
  const names = await readdir(storeDir).catch(() => []);
  const left = names.filter((name) => name.startsWith(`${basename(pathOf(storeDir))}.`) && name.endsWith('.tmp'));
  for (const name of left) await rm(join(storeDir, name), { force: true });
}

/** Deletes the newest record of just this change: it was undone later. */
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

/** `to`: what takes the place of a record; null for nothing. Damaged lines go. */
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

/** The last lines of a text that stay when there are too many. */
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

/** No link is followed, and a pipe in its place is not waited for. */
const APPENDING =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** Empty where there is none; null where what is there cannot be one. */
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

/** @throws in words for the user: what lies in a folder is not ours to delete, and no file can take its place. */
async function requireNoFolder(path: string): Promise<void> {
  const isFolder = await lstat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (isFolder) throw new Error(`${path} is a folder, where recorded edits are kept in a file. Move it elsewhere.`);
}

function pathOf(storeDir: string): string {
  return join(storeDir, 'recorded-edits.jsonl');
}
