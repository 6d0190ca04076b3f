/**
 * Adapters that have learned only the layout of prompts and where middles end, from code outside the user's repositories: one for each
 * base, made once and kept. What an adapter gains over its base's layout adapter is knowledge of its repository.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as z from 'zod';
import { parseJson } from '../common/parseJson.ts';
import { minutesToAllow } from '../engine/training/outlook.ts';
import type { AdapterRef, ModelInfo } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { isSameFormat, type PromptFormat, promptFormatSchema } from '../protocol/promptFormat.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { clearTemporaryFiles } from '../storage/leftovers.ts';
import { ownership, takeLock } from '../storage/lock.ts';
import { requireKnownFormat } from '../storage/newerRelease.ts';
import { dataFolder, packageRoot } from '../storage/paths.ts';
import { removeAll } from '../storage/patient.ts';
import { readBounded } from '../storage/readBounded.ts';

export interface LayoutAdapter {
  readonly ref: AdapterRef;
  readonly steps: number;
  readonly tokens: number;
}

/** Metadata file next to the adapter. */
export const ABOUT = 'about.json';
export const ADAPTER = 'adapter.gguf';
/** Lock held while one is being made. */
export const MAKING = 'making.lock';
/** The folder in which it is made. */
export const RUN = 'run';
const MOST_ABOUT_BYTES = 4096;

export const aboutSchema = z.object({
  format: z.literal(1),
  baseSha256: z.string(),
  /** Size of its file: a base of another size need not be hashed. */
  baseBytes: z.int().positive(),
  adapterSha256: z.string(),
  prompt: promptFormatSchema,
  steps: z.int().positive(),
  tokens: z.int().positive(),
});
export type AboutLayout = z.infer<typeof aboutSchema>;

/** Minutes for making one, unless that turns out to be too short to help. */
export const LAYOUT_MINUTES = 5;

/**
 * Minutes for making one then, at two operations per parameter and token. A conservative estimate: the trainer's products are faster than
 * those timed (bench/results/training.md).
 */
export function layoutMinutes({ parameters }: Pick<ModelInfo, 'parameters'>, operationsPerSecond: number): number {
  return Math.max(LAYOUT_MINUTES, minutesToAllow((2 * parameters) / operationsPerSecond));
}

/** Where a base's adapter is stored, or will be. */
export function layoutFolder(baseSha256: string, data = dataFolder()): string {
  return join(layoutsFolder(data), baseSha256);
}

function layoutsFolder(data: string): string {
  return join(data, 'layouts');
}

/** Fingerprint of the layout adapters for bases of this size, which changes when they do; '' where there are none. */
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

/** @throws {NewerRelease} where a newer release has prepared this base: it is neither replaced nor understood */
export async function requireReplaceable(baseSha256: string, data = dataFolder()): Promise<void> {
  const path = join(layoutFolder(baseSha256, data), ABOUT);
  requireKnownFormat(path, parseJson(await readBounded(path, MOST_ABOUT_BYTES).catch(() => '')));
}

async function readAbout(path: string): Promise<AboutLayout> {
  return aboutSchema.parse(JSON.parse(await readBounded(path, MOST_ABOUT_BYTES)));
}

/** Whether there was one. Rejects with a message for the user while one is being made. */
export async function removeLayout(baseSha256: string, data = dataFolder()): Promise<boolean> {
  const folder = layoutFolder(baseSha256, data);
  if ((await ownership(join(folder, MAKING))) === 'held')
    throw new Error('This base is being prepared already. Stop that first, or wait until it ends.');
  const there = existsSync(join(folder, ABOUT));
  // `about.json` first, since it vouches for the rest.
  await rm(join(folder, ABOUT), { force: true });
  await removeAll(folder);
  return there;
}

/** Removes what killed processes left half made; spares one now being made, and follows no link. */
export async function clearHalfLayouts(data = dataFolder()): Promise<void> {
  const entries = await readdir(layoutsFolder(data), { withFileTypes: true }).catch(() => []);
  for (const folder of entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(layoutsFolder(data), name))) {
    await clearTemporaryFiles(folder);
    if (!existsSync(join(folder, RUN))) continue;
    const lock = await takeLock(join(folder, MAKING), 'clearing up');
    if (lock.kind === 'busy') continue;
    await removeAll(join(folder, RUN));
    await lock.release();
  }
}

/** The one that knows this layout of prompts; null as in {@link layoutAdapter}, or if it knows another. */
export async function layoutAdapterFor(
  baseSha256: string,
  format: PromptFormat,
  data = dataFolder(),
): Promise<LayoutAdapter | null> {
  const made = await layoutAdapter(baseSha256, data);
  return made?.ref.prompt !== undefined && isSameFormat(made.ref.prompt, format) ? made : null;
}

/** null where none has been made for this base, or it is damaged. */
export async function layoutAdapter(baseSha256: string, data = dataFolder()): Promise<LayoutAdapter | null> {
  const folder = layoutFolder(baseSha256, data);
  const path = join(folder, ADAPTER);
  try {
    const about = await readAbout(join(folder, ABOUT));
    if (about.baseSha256 !== baseSha256 || about.adapterSha256 !== (await sha256OfModel(path))) return null;
    return {
      // A remade adapter is a different one, and caches of completions are keyed by this id.
      ref: { id: `layout-${about.adapterSha256.slice(0, 16)}`, path, scale: 1, prompt: about.prompt },
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
