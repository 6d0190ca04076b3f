/** Puts a version into its store: complete and flushed, or not at all. */
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../protocol/manifest.ts';
import { copyContents } from '../storage/copyContents.ts';
import { removeAll, renamePatiently } from '../storage/patient.ts';
import { syncFile, syncFolder } from '../storage/writeAside.ts';
import { incomingName, versionsOf } from './leftovers.ts';
import { seal } from './seal.ts';
import { forgetJudgement, type Judgement, type Origin, writeJudgement } from './standing.ts';

export interface Incoming {
  /** Is copied, not moved. */
  readonly adapterFile: string;
  /** Goes into report.json. */
  readonly report: unknown;
  /** Where it came from; absent for what was tuned here. */
  readonly origin?: Origin;
  /** Of the file, by the gate; absent for what is not measured, or not yet. */
  readonly judgement?: Pick<Judgement, 'passed' | 'reason' | 'report'> & { readonly atMs: number };
}

/** The caller holds the lock of the store's versions. */
export async function moveIn(
  storeDir: string,
  manifest: Manifest,
  { adapterFile, report, origin, judgement }: Incoming,
): Promise<void> {
  const { id, adapter } = manifest;
  const incoming = join(versionsOf(storeDir), incomingName(id));
  const target = join(versionsOf(storeDir), id);
  if ((await stat(target).catch(() => null)) !== null)
    throw new Error(`There is an adapter ${id} here already, so nothing was stored.`);
  try {
    // Left by a killed process: under the lock, nobody else is adding one.
    await removeAll(incoming);
    await mkdir(incoming);
    await copyContents(adapterFile, join(incoming, 'adapter.gguf'));
    await writeSynced(join(incoming, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await writeSynced(join(incoming, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    if (origin) await writeSynced(join(incoming, 'origin.json'), `${JSON.stringify(origin)}\n`);
    await syncFile(join(incoming, 'adapter.gguf'));
    await syncFolder(incoming);
    // Sealed first: without a seal, a version of this machine would count as copied from another.
    if (origin === undefined) await seal(storeDir, id, adapter.sha256);
    if (judgement !== undefined)
      await writeJudgement(storeDir, id, { ...judgement, sha256: adapter.sha256 }, judgement.atMs);
    await renamePatiently(incoming, target);
  } catch (error) {
    await removeAll(incoming);
    await forgetJudgement(storeDir, id);
    throw error;
  }
  await syncFolder(versionsOf(storeDir));
}

async function writeSynced(path: string, data: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}
