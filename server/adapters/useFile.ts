/**
 * Outcomes of each version's suggestions, in `use.json` of its store, and the version on probation with the one it updates, which serves
 * again if less is kept. Sums only, no text.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { addUse, NO_USE, type UseCounts } from '../liveComparison/guard.ts';
import { adapterIdSchema } from '../protocol/manifest.ts';
import { readKept } from '../storage/keptFile.ts';
import { withLock } from '../storage/lock.ts';
import { makeStoreFolder } from '../storage/storeFolder.ts';
import { writeAside } from '../storage/writeAside.ts';

const amount = z.number().nonnegative();
const fileSchema = z.object({
  format: z.literal(1),
  versions: z.record(
    adapterIdSchema,
    z.object({
      suggestions: amount,
      kept: amount,
      keptSquared: amount,
      documents: amount.default(0),
      suggestionsSquared: amount.default(0),
      keptOfDocumentSquared: amount.default(0),
      suggestionsKept: amount.default(0),
    }),
  ),
  probation: z.object({ version: adapterIdSchema, before: adapterIdSchema, since: z.iso.datetime() }).nullable(),
});

export type UseFile = Readonly<z.infer<typeof fileSchema>>;

const EMPTY: UseFile = { format: 1, versions: {}, probation: null };
const MOST_BYTES = 2 ** 20;
/** Bounds the counts of deleted versions. */
const MOST_VERSIONS = 200;

/** A damaged file counts as empty: only its counts are lost. */
export async function readUse(storeDir: string): Promise<UseFile> {
  return await readKept(pathOf(storeDir), MOST_BYTES, fileSchema).then(
    (file) => file ?? EMPTY,
    () => EMPTY,
  );
}

export function useOf({ versions }: UseFile, id: string): UseCounts {
  return versions[id] ?? NO_USE;
}

/** Adds to the counts of a version; returns the result. */
export async function addVersionUse(storeDir: string, id: string, more: UseCounts): Promise<UseFile> {
  return await change(storeDir, (file) => {
    const { [id]: known = NO_USE, ...others } = file.versions;
    // Most recently used last.
    const versions = [...Object.entries(others), [id, addUse(known, more)] as const].slice(-MOST_VERSIONS);
    return { ...file, versions: Object.fromEntries(versions) };
  });
}

/** Starts watching `version` against `before`. */
export async function beginProbation(
  storeDir: string,
  { version, before }: { readonly version: string; readonly before: string },
  nowMs: number,
): Promise<void> {
  const probation = { version, before, since: new Date(nowMs).toISOString() };
  await change(storeDir, (file) => ({ ...file, probation }));
}

/** True only for the call that ended it, so that one of several windows acts. */
export async function endProbation(storeDir: string, version: string): Promise<boolean> {
  let ended = false;
  await change(storeDir, (file) => {
    if (file.probation?.version !== version) return file;
    ended = true;
    return { ...file, probation: null };
  });
  return ended;
}

/** For a version that is deleted: another one that gets its id later is not on probation. A file that cannot be read now is left as it is. */
export async function forgetProbation(storeDir: string, version: string): Promise<void> {
  if ((await readUse(storeDir)).probation?.version === version) await endProbation(storeDir, version);
}

async function change(storeDir: string, next: (file: UseFile) => UseFile): Promise<UseFile> {
  await makeStoreFolder(storeDir);
  return await withLock(join(storeDir, 'use.lock'), 'counting suggestions', async () => {
    const file = (await readKept(pathOf(storeDir), MOST_BYTES, fileSchema)) ?? EMPTY;
    const changed = next(file);
    if (changed !== file) await writeAside(pathOf(storeDir), `${JSON.stringify(changed, null, 2)}\n`);
    return changed;
  });
}

function pathOf(storeDir: string): string {
  return join(storeDir, 'use.json');
}
