/**
 * Adapters that have learned only the layout of prompts and where middles end, from code that belongs to no repository of the user's:
 * one for each base, made once and kept. What an adapter gains over that of its base is knowledge of its repository.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as z from 'zod';
import type { AdapterRef } from '../engine/types.ts';
import type { Pair } from '../mining/types.ts';
import { sha256File } from '../storage/hash.ts';
import { dataFolder, packageRoot } from '../storage/paths.ts';

export interface LayoutAdapter {
  readonly ref: AdapterRef;
  readonly steps: number;
  readonly tokens: number;
}

/** Beside the adapter. */
export const ABOUT = 'about.json';
export const ADAPTER = 'adapter.gguf';

export const aboutSchema = z.object({
  format: z.literal(1),
  baseSha256: z.string(),
  adapterSha256: z.string(),
  steps: z.int().positive(),
  tokens: z.int().positive(),
});
export type AboutLayout = z.infer<typeof aboutSchema>;

/** Where the adapter of a base is kept, or will be. */
export function layoutFolder(baseSha256: string, data = dataFolder()): string {
  return join(data, 'layouts', baseSha256);
}

/** null where none was made of this base, and where it is damaged. */
export async function layoutAdapter(baseSha256: string, data = dataFolder()): Promise<LayoutAdapter | null> {
  const folder = layoutFolder(baseSha256, data);
  const path = join(folder, ADAPTER);
  try {
    const about = aboutSchema.parse(JSON.parse(await readFile(join(folder, ABOUT), 'utf8')));
    if (about.baseSha256 !== baseSha256 || about.adapterSha256 !== (await sha256File(path))) return null;
    return {
      ref: { id: `layout-${baseSha256.slice(0, 16)}`, path, scale: 1 },
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
