/** The version that a tune leaves: described by its manifest, added to the store, and noted in its log. */
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import type { Report } from '../protocol/report.ts';
import { describeVersion, newVersionId, type VersionFacts } from '../versions/describeVersion.ts';
import type { LearnedDataset } from './resumeRecord.ts';

export async function storeVersion(
  store: AdapterStore,
  runId: string,
  tuned: VersionFacts & { readonly report: Report },
  /** What it learned from, which may not be what is in the folder now. */
  learned: LearnedDataset,
  { nowMs, toolVersion }: { nowMs(): number; readonly toolVersion: string },
): Promise<StoredAdapter> {
  const { outcome, adapterFile, report } = tuned;
  const { base, tuned: own } = report.byFile;
  const createdAtMs = nowMs();
  const id = newVersionId(createdAtMs, `${learned.digest}${runId}`);
  const described = await describeVersion(id, createdAtMs, tuned, toolVersion);
  const manifest = { ...described, dataset: { ...described.dataset, ...learned } };
  const stored = await store.add({ manifest, adapterFile, report });
  const losses = `held-out loss ${base.loss.toFixed(4)} -> ${own.loss.toFixed(4)}`;
  await store.audit.append('tune', id, `${outcome.steps} steps, ${losses}`);
  return stored;
}
