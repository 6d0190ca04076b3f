/** The newest stored version as the result of a run: what the panel shows after the window was opened anew. */
import type { AdapterStore, StoredAdapter } from '../adapters/store.ts';
import { type Report, reportSchema } from '../evaluation/report.ts';
import type { TuneResult } from '../tuning/types.ts';

/** null without a version, or when the newest has not been evaluated. */
export async function lastResult(store: AdapterStore, folder: string): Promise<TuneResult | null> {
  const newest = (await store.list()).adapters[0];
  if (!newest?.manifest.metrics) return null;
  return resultOf(newest, await readReport(store, newest.id), folder);
}

/** @throws when the version has no report, or one of another format. */
export async function readReport(store: AdapterStore, id: string): Promise<Report> {
  return reportSchema.parse(await store.report(id));
}

function resultOf(
  { id, active, standing, manifest }: StoredAdapter,
  { examples }: Report,
  folder: string,
): TuneResult | null {
  const { metrics, dataset, training } = manifest;
  if (!metrics) return null;
  const shown = examples.find(({ base, tuned }) => base !== tuned) ?? examples[0];
  return {
    runId: id,
    adapterId: id,
    folder,
    files: dataset.files,
    pairs: dataset.trainPairs,
    heldOutPairs: dataset.heldOutPairs,
    steps: training.steps,
    minutes: training.seconds / 60,
    training: null,
    heldOutLossBase: metrics.heldOutLossBase,
    heldOutLossTuned: metrics.heldOutLossTuned,
    sample: shown ? sampleOf(shown) : null,
    activated: active,
    // What was said of it when it was measured: whether it serves can change while this is in view, and is told elsewhere.
    reason: 'reason' in standing ? standing.reason : 'This adapter has not been measured here.',
  };
}

function sampleOf({ path, line, before, expected, base, tuned }: Report['examples'][number]): TuneResult['sample'] {
  return { path, line, before, expected, base, tuned };
}
