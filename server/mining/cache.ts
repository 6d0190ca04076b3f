import { createHash } from 'node:crypto';
import { promises as fs, readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import * as z from 'zod';
import { writeAside } from '../storage/writeAside.ts';
import { type FileJob, hashBytes, type MinedFile, middleFields } from './fileMiner.ts';

/** Change it with every change of what a file's mining gives: languages, mix, secrets, verdicts. */
const cacheVersion = 3;

/** A larger one is not written, and not read: 1.7 million lines take 20 MB. */
const maxCacheBytes = 256 * 1024 * 1024;

/** Results that this many saves in a row had no use for (files that are gone, other options, other branches) are dropped. */
const maxIdleSaves = 8;

/** A file changed this shortly before it was listed may change again within its time stamp's grain. */
const racyMs = 2_000;

/** Verdicts that another run may not come to. */
const passing = /^(cannot be read|parsing took too long|failed: )/;

const ints = z.instanceof(Int32Array);
const minedFile = z
  .object({
    path: z.string(),
    bytes: z.number().int().nonnegative(),
    reason: z.string().optional(),
    contentHash: z.string(),
    lines: z.number().int().nonnegative(),
    middles: ints,
    secrets: ints,
    sketch: z.instanceof(Uint32Array).nullable(),
    fingerprints: z.instanceof(Uint32Array),
    definitions: ints,
  })
  .refine(
    ({ bytes, middles, secrets, definitions }) =>
      inOrder(middles, middleFields, 1, bytes) && inOrder(secrets, 2, 0, bytes) && inOrder(definitions, 2, 0, bytes),
  );
const entry = z.object({ stamp: z.string(), idle: z.number(), definitions: z.boolean(), mined: minedFile });
const payload = z.object({ version: z.literal(cacheVersion), entries: z.map(z.string(), entry) });

interface Entry {
  /** Size and times of the file, '' when they could be those of another content. */
  readonly stamp: string;
  /** Saves since it was last of use. */
  readonly idle: number;
  /** Whether signatures were looked for. */
  readonly definitions: boolean;
  readonly mined: MinedFile;
}

/**
 * What mining found in each file, kept between runs. A result belongs to a path, the options that bear on it, and a content:
 * the content is known by the file's size and both its times, or else by its hash, so that changing branches and back costs
 * reading, not parsing. A cache that is damaged or too large is deleted, and the run goes on without.
 */
export class MiningCache {
  readonly #path: string | null;
  readonly #old: ReadonlyMap<string, Entry>;
  readonly #new = new Map<string, Entry>();
  #changed = false;

  private constructor(path: string | null, old: ReadonlyMap<string, Entry>) {
    this.#path = path;
    this.#old = old;
  }

  /** `path`: null for a cache that forgets. */
  static async open(path: string | null): Promise<MiningCache> {
    const old = path === null ? null : await readEntries(path);
    return new MiningCache(path, old ?? new Map());
  }

  get(job: FileJob, stat: Stats): MinedFile | null {
    const key = keyOf(job);
    const entry = this.#old.get(key);
    if (!entry || (job.definitions && !entry.definitions)) return null;
    const stamp = stampOf(stat);
    if (entry.stamp !== stamp || stamp === '') {
      if (entry.mined.bytes !== stat.size || entry.mined.contentHash !== contentHashOf(job.fullPath)) return null;
      this.#changed ||= entry.stamp !== stamp;
    }
    this.#new.set(key, { ...entry, stamp, idle: 0 });
    return entry.mined;
  }

  set(job: FileJob, stat: Stats, mined: MinedFile): void {
    if (mined.reason !== undefined && passing.test(mined.reason)) return;
    this.#new.set(keyOf(job), { stamp: stampOf(stat), idle: 0, definitions: job.definitions, mined });
    this.#changed = true;
  }

  /** Writes what was used, and for a while what was not: other folders and options of this repository have their turn too. */
  async save(): Promise<void> {
    if (this.#path === null || !this.#changed) return;
    const entries = new Map(this.#new);
    for (const [key, entry] of this.#old) {
      if (!entries.has(key) && entry.idle < maxIdleSaves) entries.set(key, { ...entry, idle: entry.idle + 1 });
    }
    const body = serialize({ version: cacheVersion, entries });
    if (body.length > maxCacheBytes) return;
    await fs.mkdir(dirname(this.#path), { recursive: true });
    await writeAside(this.#path, Buffer.concat([checksum(body), body]));
  }
}

/** [32] bytes. */
function checksum(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}

const checksumBytes = 32;

/** null when there is none, or none that can be used: that one is deleted. */
async function readEntries(path: string): Promise<ReadonlyMap<string, Entry> | null> {
  const stat = await fs.stat(path).catch(() => null);
  if (!stat) return null;
  try {
    if (stat.size > maxCacheBytes + checksumBytes) throw new Error('too large');
    const bytes = await fs.readFile(path);
    const body = bytes.subarray(checksumBytes);
    // The deserializer is not made for damaged data: nothing else may reach it.
    if (!checksum(body).equals(bytes.subarray(0, checksumBytes))) throw new Error('damaged');
    return payload.parse(deserialize(body)).entries as ReadonlyMap<string, Entry>;
  } catch {
    await fs.rm(path, { force: true, recursive: true }).catch(() => {});
    return null;
  }
}

/** Rows of `fields` numbers whose start and end (at `at`) lie in a text that has at most `length` units. */
function inOrder(rows: Int32Array, fields: number, at: number, length: number): boolean {
  if (rows.length % fields !== 0) return false;
  for (let i = at; i < rows.length; i += fields) {
    const start = rows[i] as number;
    const end = rows[i + 1] as number;
    if (start < 0 || end < start || end > length) return false;
  }
  return true;
}

/** Signatures are not part of it: a result that has them serves who does not want them. */
function keyOf({ path, language, seed, density, kinds }: FileJob): string {
  return `${language}\0${seed}\0${density}\0${kinds?.join() ?? ''}\0${path}`;
}

function stampOf({ size, mtimeMs, ctimeMs }: Stats): string {
  return Date.now() - Math.max(mtimeMs, ctimeMs) < racyMs ? '' : `${size} ${mtimeMs} ${ctimeMs}`;
}

function contentHashOf(fullPath: string): string | null {
  try {
    return hashBytes(readFileSync(fullPath));
  } catch {
    return null;
  }
}
