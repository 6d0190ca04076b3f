/** The last attempt to keep a repository's adapter up: in its store, for every window and the next start. */
import { join } from 'node:path';
import * as z from 'zod';
import { adapterIdSchema } from '../protocol/manifest.ts';
import { readBounded } from '../storage/readBounded.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';
import type { LastAttempt } from './conditions.ts';

const MOST_BYTES = 4096;

const attemptSchema = z.object({
  atMs: z.number().nonnegative(),
  commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})?$/),
  version: z.union([adapterIdSchema, z.literal('')]).default(''),
  failures: z.int().nonnegative(),
  editsUntilMs: z.number().nonnegative().default(0),
});

/** null before the first one, or if the file is unusable: then a run is tried, and the file rewritten. */
export async function readAttempt(storeDir: string): Promise<LastAttempt | null> {
  try {
    return attemptSchema.parse(JSON.parse(await readBounded(pathOf(storeDir), MOST_BYTES)));
  } catch {
    return null;
  }
}

export async function writeAttempt(storeDir: string, attempt: LastAttempt): Promise<void> {
  await makeStoreFolder(storeDir);
  await writeAside(pathOf(storeDir), `${JSON.stringify(attempt)}\n`);
}

function pathOf(storeDir: string): string {
  return join(storeDir, 'keep-tuned.json');
}
