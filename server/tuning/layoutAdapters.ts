/**
 * Adapters that have learned only the layout of prompts and where middles end, from code that belongs to no repository of the user's:
 * one for each base, made once and kept. What an adapter gains over that of its base is knowledge of its repository.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as z from 'zod';
import { minutesToAllow } from '../engine/training/outlook.ts';
import type { AdapterRef, ModelInfo } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { clearTemporaryFiles } from '../storage/leftovers.ts';
import { ownership, takeLock } from '../storage/lock.ts';
import { dataFolder, packageRoot } from '../storage/paths.ts';
import { readBounded } from '../storage/readBounded.ts';

export interface LayoutAdapter {
  readonly ref: AdapterRef;
  readonly steps: number;
  readonly tokens: number;
}

/** Beside the adapter. */
export const ABOUT = 'about.json';
export const ADAPTER = 'adapter.gguf';
/** The lock of whoever makes one. */
export const MAKING = 'making.lock';
/** The folder that it is made in. */
export const RUN = 'run';
const MOST_ABOUT_BYTES = 4096;

export const aboutSchema = z.object({
  format: z.literal(1),
  baseSha256: z.string(),
  /** Size of its file: one of another size need not be hashed. */
  baseBytes: z.int().positive(),
  adapterSha256: z.string(),
  steps: z.int().positive(),
  tokens: z.int().positive(),
});
export type AboutLayout = z.infer<typeof aboutSchema>;

/** What making one is given, unless that turns out to be too short to help. */
export const LAYOUT_MINUTES = 5;

/**
 * What it is given then, where each parameter costs two operations a token. On the safe side: the trainer's products are faster than those
 * that were timed (bench/results/training.md).
 */
export function layoutMinutes({ parameters }: Pick<ModelInfo, 'parameters'>, operationsPerSecond: number): number {
  return Math.max(LAYOUT_MINUTES, minutesToAllow((2 * parameters) / operationsPerSecond));
}

/** Where the adapter of a base is kept, or will be. */
export function layoutFolder(baseSha256: string, data = dataFolder()): string {
  return join(layoutsFolder(data), baseSha256);
}

function layoutsFolder(data: string): string {
  return join(data, 'layouts');
}

/** What there is for bases of this size, as a text that changes when it does; '' where there is nothing. */
export async function layoutsStamp(baseBytes: number, data = dataFolder()): Promise<string> {
  const folders = await readdir(layoutsFolder(data)).catch(() => []);
  const stamps = folders.map(async (name) => {
    const about = join(layoutsFolder(data), name, ABOUT);
    try {
      const { mtimeMs } = await stat(about);
      return (await readAbout(about)).baseBytes === baseBytes ? `${name} ${mtimeMs}` : '';
    } catch {
      return '';
    }
  });
  return (await Promise.all(stamps)).filter((stamp) => stamp !== '').join('\n');
}

async function readAbout(path: string): Promise<AboutLayout> {
  return aboutSchema.parse(JSON.parse(await readBounded(path, MOST_ABOUT_BYTES)));
}

/** Whether there was one. Rejects with a sentence for the user while one is being made. */
export async function removeLayout(baseSha256: string, data = dataFolder()): Promise<boolean> {
  const folder = layoutFolder(baseSha256, data);
  if ((await ownership(join(folder, MAKING))) === 'held')
    throw new Error('This base is being prepared just now. Stop that first, or wait for its end.');
  const there = existsSync(join(folder, ABOUT));
  // First what says that the rest is whole.
  await rm(join(folder, ABOUT), { force: true });
  await rm(folder, { recursive: true, force: true });
  return there;
}

/** What a process that was killed has left of making one; nothing of one that is made now, and no link is followed. */
export async function clearHalfLayouts(data = dataFolder()): Promise<void> {
  const entries = await readdir(layoutsFolder(data), { withFileTypes: true }).catch(() => []);
  for (const folder of entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(layoutsFolder(data), name))) {
    await clearTemporaryFiles(folder);
    if (!existsSync(join(folder, RUN))) continue;
    const lock = await takeLock(join(folder, MAKING), 'clearing up');
    if (lock.kind === 'busy') continue;
    await rm(join(folder, RUN), { recursive: true, force: true });
    await lock.release();
  }
}

/** null where none was made of this base, and where it is damaged. */
export async function layoutAdapter(baseSha256: string, data = dataFolder()): Promise<LayoutAdapter | null> {
  const folder = layoutFolder(baseSha256, data);
  const path = join(folder, ADAPTER);
  try {
    const about = await readAbout(join(folder, ABOUT));
    if (about.baseSha256 !== baseSha256 || about.adapterSha256 !== (await sha256OfModel(path))) return null;
    return {
      // One that is made anew is another: what completes is kept by its id.
      ref: { id: `layout-${about.adapterSha256.slice(0, 16)}`, path, scale: 1 },
      steps: about.steps,
      tokens: about.tokens,
    };
  } catch {
    return null;
  }
}

const layoutPair = z.object({
  path: z.string(),
  language: z.string(),
  kind: z.string(),
  split: z.enum(['train', 'held-out']),
  prefix: z.string(),
  middle: z.string(),
  suffix: z.string(),
});

/** Excerpts of Repotune's own sources, under its own licence. */
export async function layoutPairs(file = join(packageRoot, 'models', 'layout-pairs.jsonl.gz')): Promise<Pair[]> {
  const text = (await promisify(gunzip)(await readFile(file))).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const pair = layoutPair.parse(JSON.parse(line));
      return { ...pair, commit: '', startByte: 0, endByte: Buffer.byteLength(pair.middle), context: '' };
    });
}
