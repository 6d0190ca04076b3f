import { AdapterStore, type StoredAdapter } from '../adapters/store.ts';
import { isMadeBy } from '../versions/describeVersion.ts';

/** What the run has left in the store; null while there is nothing, or it cannot be read. */
export async function versionOfRun(storeDir: string, runId: string): Promise<StoredAdapter | null> {
  return (await versionsOfRuns(storeDir))(runId);
}

/** The same for several runs: the store is read once. */
export async function versionsOfRuns(storeDir: string): Promise<(runId: string) => StoredAdapter | null> {
  const { adapters } = await new AdapterStore(storeDir).list().catch(() => ({ adapters: [] }));
  return (runId) => adapters.find(({ manifest }) => isMadeBy(runId, manifest)) ?? null;
}
