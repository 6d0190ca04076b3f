/** Copies of a base with an adapter merged into it, which the engine keeps (native/inference/merge.cc). */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mergedModelsFolder } from '../storage/paths.ts';

/**
 * Deletes those of an adapter: they hold what it has learned. Never rejects: one that is open on Windows goes with the next two that are
 * merged.
 */
export async function removeMergedCopies(id: string, folder = mergedModelsFolder()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const ofIt = names.filter(
    (name) => name.startsWith(`${id}-`) && /^[0-9a-f]{16}\.gguf$/.test(name.slice(id.length + 1)),
  );
  await Promise.all(ofIt.map((name) => rm(join(folder, name), { force: true }).catch(() => {})));
}
