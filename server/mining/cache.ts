import { promises as fs, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import { decodeEntries, type Entry, encodeEntries } from './cacheFormat.ts';
import { type FileJob, hashBytes, type MinedFile, readBytes } from './fileMiner.ts';

/** A larger one is not written, and not read: 1.7 million lines take 20 MB. */
const maxCacheBytes = 256 * 1024 * 1024;

/** Results unused for this many saves in a row (deleted files, other options, other branches) are dropped. */
const maxIdleSaves = 8;

/** A file that changed this shortly before it was listed may change again within the resolution of its time stamp. */
const racyMs = 2_000;

/** Verdicts that another run may not reach. */
const passing = /^(cannot be read|parsing took too long|failed: )/;

/**
 * What mining found in each file, kept between runs. A result belongs to a path, the options that affect it, and a content: recognized by
 * the file's size and both its times, or else by its hash, so that switching branches and back costs reading, not parsing. A damaged or
 * oversized cache is deleted, and the run continues without it.
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

  /** `path`: null for a cache in memory only. */
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
    this.#new.set(keyOf(job), {
      options: optionsOf(job),
      stamp: stampOf(stat),
      idle: 0,
      definitions: job.definitions,
      mined,
    });
    this.#changed = true;
  }

  /** Writes the used results, and for a while unused ones, for other folders and options of this repository. */
  async save(): Promise<void> {
    if (this.#path === null || !this.#changed) return;
    const entries = new Map(this.#new);
    for (const [key, entry] of this.#old) {
      if (!entries.has(key) && entry.idle < maxIdleSaves) entries.set(key, { ...entry, idle: entry.idle + 1 });
    }
    const bytes = encodeEntries([...entries.values()]);
    if (bytes.length > maxCacheBytes) return;
    await makeStoreFolder(dirname(this.#path));
    await writeAside(this.#path, bytes);
  }
}

/** null if there is no usable one; an unusable one is deleted. */
async function readEntries(path: string): Promise<ReadonlyMap<string, Entry> | null> {
  // lstat: a link or a pipe in its place is not our cache.
  const stat = await fs.lstat(path).catch(() => null);
  if (!stat) return null;
  const readable = stat.isFile() && stat.size <= maxCacheBytes;
  const entries = readable ? await fs.readFile(path).then(decodeEntries, () => null) : null;
  if (entries === null) {
    await fs.rm(path, { force: true, recursive: true }).catch(() => {});
    return null;
  }
  return new Map(entries.map((entry) => [`${entry.options}\0${entry.mined.path}`, entry]));
}

/** Without `definitions`: a result with signatures also serves jobs that want none. */
function optionsOf({ language, seed, density, kinds }: FileJob): string {
  return `${language} ${seed} ${density} ${kinds?.join() ?? ''}`;
}

function keyOf(job: FileJob): string {
  return `${optionsOf(job)}\0${job.path}`;
}

function stampOf(stat: Stats): string {
  return isRacy(stat) ? '' : `${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
}

/** Changed so recently that its times may not show a later change. */
export function isRacy({ mtimeMs, ctimeMs }: Stats): boolean {
  return Date.now() - Math.max(mtimeMs, ctimeMs) < racyMs;
}

function contentHashOf(fullPath: string): string | null {
  const content = readBytes(fullPath);
  return content && hashBytes(content);
}
