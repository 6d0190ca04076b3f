/** Protects minutes of training from concurrent changes: adapters and models may be deleted while a run is under way. */
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { messageFor } from '../storage/fileErrors.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { isFile } from '../storage/isFile.ts';
import { TuneError } from '../tuning/errors.ts';

/** null if it has been deleted since it was looked up. */
export async function stillThere(store: AdapterStore, version: StoredAdapter | null): Promise<StoredAdapter | null> {
  return version && (await store.byId(version.id).catch(() => null));
}

/** If the base has been replaced since, figures would describe neither model. */
export async function requireBase(modelPath: string, sha256: string): Promise<void> {
  if ((await sha256OfModel(modelPath)) !== sha256)
    throw new Error(`${modelPath} is not the model that was tuned: it was replaced meanwhile. Put the first one back.`);
}

/** Runs `work` on the trained adapter. @throws {TuneError} that says where the adapter is, unless the run was stopped */
export async function keepingTrained<T>(adapterFile: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || !(await isFile(adapterFile))) throw error;
    const said = messageFor(error).replace(/(?<![.!?])$/, '.');
    const kept = `What was trained is kept in ${adapterFile} until the next tune.`;
    const way = 'To use it, run "Repotune: Import Adapter…" (on the command line: repotune adapters import).';
    throw new TuneError(`${said} ${kept} ${way}`, {
      keepsRun: true,
      cause: error,
    });
  }
}
