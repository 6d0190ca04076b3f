/** The newest run's version as a result: what the panel shows after the window was reopened. */
import { originOf } from '../adapters/standing.ts';
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { type Report, reportSchema } from '../protocol/report.ts';
import type { SampleCompletion, TuneResult } from '../protocol/tune.ts';
import { requireKnownFormat } from '../storage/newerRelease.ts';

/** null without a measured run: a version from elsewhere is not a run here, and a refit has nothing to measure it on. */
export async function lastResult(store: AdapterStore, folder: string): Promise<TuneResult | null> {
  for (const version of (await store.list()).adapters) {
    if (version.manifest.metrics === null || (await originOf(version.dir)) !== null) continue;
    // Its figures are the manifest's: a report that cannot be read takes only the example away.
    const sample = await readReport(store, version.id).then(sampleOf, () => null);
    return resultOf(version, sample, folder);
  }
  return null;
}

/** @throws if the version has no report, or one of another format. */
export async function readReport(store: AdapterStore, id: string): Promise<Report> {
  const value = await store.report(id);
  requireKnownFormat(`The report of adapter ${id}`, value);
  return reportSchema.parse(value);
}

function resultOf(
  { id, active, standing, manifest }: StoredAdapter,
  sample: SampleCompletion | null,
  folder: string,
): TuneResult | null {
  const { metrics, dataset, training } = manifest;
  if (!metrics) return null;
  return {
    runId: id,
    adapterId: id,
    folder,
    files: dataset.files,
    pairs: dataset.trainPairs,
    edits: dataset.trainEdits ?? 0,
    heldOutPairs: dataset.heldOutPairs,
    steps: training.steps,
    minutes: training.seconds / 60,
    training: null,
    heldOutLossBase: metrics.heldOutLossBase,
    heldOutLossTuned: metrics.heldOutLossTuned,
    sample,
    activated: active,
    // The verdict at the time of measuring: whether it serves can change while this is shown, and is shown elsewhere.
    reason: 'reason' in standing ? standing.reason : 'This adapter has not been measured here.',
  };
}

/** The example shown with a result: the first, in a fixed order, where base and tuned differ, or else where both suggest something, or any. */
export function sampleOf({ examples }: Report): SampleCompletion | null {
  const shown =
    examples.find(({ base, tuned }) => base !== tuned) ?? examples.find(({ tuned }) => tuned !== '') ?? examples[0];
  if (shown === undefined) return null;
  const { path, line, before, expected, base, tuned } = shown;
  return { path, line, before, expected, base, tuned };
}
