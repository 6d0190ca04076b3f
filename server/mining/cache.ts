import { promises as fs, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import * as z from 'zod';
import type { FileJob, MinedFile } from './fileMiner.ts';

/** Change it with every change of what a file's mining gives: languages, mix, secrets, verdicts. */
const cacheVersion = 2;

const ints = z.instanceof(Int32Array);
const minedFile = z.object({
  path: z.string(),
  bytes: z.number(),
  reason: z.string().optional(),
  contentHash: z.string(),
  lines: z.number(),
  middles: ints,
  secrets: ints,
  sketch: z.instanceof(Uint32Array).nullable(),
  fingerprints: z.instanceof(Uint32Array),
  definitions: ints,
});
const cacheFile = z.object({
  version: z.literal(cacheVersion),
  entries: z.map(z.string(), z.object({ stamp: z.string(), mined: minedFile })),
});

type Entries = ReadonlyMap<string, { readonly stamp: string; readonly mined: MinedFile }>;

/**
 * What mining found in each file, kept between runs. A file is known by its size and both its times: an edit that keeps all
 * three needs a clock set back. A cache that cannot be read is an empty one.
 */
export class MiningCache {
  readonly #path: string | null;
  readonly #old: Entries;
  readonly #new = new Map<string, { readonly stamp: string; readonly mined: MinedFile }>();
  #changed = false;

  private constructor(path: string | null, old: Entries) {
    this.#path = path;
    this.#old = old;
  }

  static async open(path: string | null): Promise<MiningCache> {
    const bytes = path === null ? null : await fs.readFile(path).catch(() => null);
    if (!bytes) return new MiningCache(path, new Map());
    try {
      return new MiningCache(path, cacheFile.parse(deserialize(bytes)).entries as Entries);
    } catch {
      return new MiningCache(path, new Map());
    }
  }

  get(job: FileJob, stat: Stats): MinedFile | null {
    const entry = this.#old.get(keyOf(job));
    if (!entry || entry.stamp !== stampOf(stat)) return null;
    this.#new.set(keyOf(job), entry);
    return entry.mined;
  }

  set(job: FileJob, stat: Stats, mined: MinedFile): void {
    this.#new.set(keyOf(job), { stamp: stampOf(stat), mined });
    this.#changed = true;
  }

  /** Writes what this run used; entries of files that are gone go too. */
  async save(): Promise<void> {
    if (this.#path === null || (!this.#changed && this.#new.size === this.#old.size)) return;
    await fs.mkdir(dirname(this.#path), { recursive: true });
    const temporary = `${this.#path}.${process.pid}.tmp`;
    await fs.writeFile(temporary, serialize({ version: cacheVersion, entries: this.#new }));
    await fs.rename(temporary, this.#path);
  }
}

function keyOf({ path, language, seed, definitions, kinds }: FileJob): string {
  return `${language}\0${seed}\0${definitions}\0${kinds?.join() ?? ''}\0${path}`;
}

function stampOf({ size, mtimeMs, ctimeMs }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs}`;
}
