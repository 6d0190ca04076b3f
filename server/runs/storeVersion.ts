/** The version that a tune leaves: described by its manifest, added to the store, and noted in its log. */
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import type { Report } from '../protocol/report.ts';
import { describeVersion, newVersionId, type VersionFacts } from '../versions/describeVersion.ts';

export async function storeVersion(
  store: AdapterStore,
  runId: string,
  tuned: VersionFacts & { readonly report: Report },
  { nowMs, toolVersion }: { nowMs(): number; readonly toolVersion: string },
): Promise<StoredAdapter> {
  const { dataset, outcome, adapterFile, report } = tuned;
  const { base, tuned: own } = report.byFile;
  const createdAtMs = nowMs();
  const id = newVersionId(createdAtMs, `${dataset.digest}${runId}`);
  const manifest = await describeVersion(id, createdAtMs, tuned, toolVersion);
  const stored = await store.add({ manifest, adapterFile, report });
  const losses = `held-out loss ${base.loss.toFixed(4)} -> ${own.loss.toFixed(4)}`;
  await store.audit.append('tune', id, `${outcome.steps} steps, ${losses}`);
  return stored;
}
