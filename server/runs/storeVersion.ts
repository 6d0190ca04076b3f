/** The version that a tune leaves: described by its manifest, judged, added to the store, and noted in its log. */
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import type { Verdict } from '../evaluation/gate.ts';
import type { Report } from '../protocol/report.ts';
import { addJudged } from '../versions/addJudged.ts';
import { describeVersion, newVersionId, type VersionFacts } from '../versions/describeVersion.ts';
import type { Measured } from '../versions/judgeVersion.ts';

export async function storeVersion(
  store: AdapterStore,
  runId: string,
  tuned: VersionFacts & { readonly report: Report },
  measured: Omit<Measured, 'store'>,
  { nowMs, toolVersion }: { nowMs(): number; readonly toolVersion: string },
): Promise<{ readonly stored: StoredAdapter; readonly verdict: Verdict }> {
  const { dataset, outcome, adapterFile, report } = tuned;
  const { base, tuned: own } = report.byFile;
  const createdAtMs = nowMs();
  const id = newVersionId(createdAtMs, `${dataset.digest}${runId}`);
  const manifest = await describeVersion(id, createdAtMs, tuned, toolVersion);
  const added = await addJudged(store, { manifest, adapterFile, report }, measured, nowMs());
  const losses = `held-out loss ${base.loss.toFixed(4)} -> ${own.loss.toFixed(4)}`;
  await store.audit.append('tune', id, `${outcome.steps} steps, ${losses}`);
  return added;
}
