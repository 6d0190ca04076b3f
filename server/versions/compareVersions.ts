/** Two versions on the same held-out files, measured now. */

import { type AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import type { LoadedEngine } from '../engine/types.ts';
import { TuneEvaluation } from '../evaluation/evaluateTune.ts';
import { learnedTo } from '../protocol/manifest.ts';
import type { Report } from '../protocol/report.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { Preparation } from '../tuning/prepare.ts';
import { mineHeldOut } from '../tuning/splits.ts';

const PAIRS = 240;

/** @throws when the two cannot be compared, with the reason. */
export function requireComparable(a: StoredAdapter, b: StoredAdapter): void {
  const differing: readonly [string, string, string][] = [
    ['base model', a.manifest.base.sha256, b.manifest.base.sha256],
    ['repository', a.manifest.dataset.firstCommit, b.manifest.dataset.firstCommit],
    ['rule for holding out files', a.manifest.dataset.split, b.manifest.dataset.split],
  ];
  for (const [what, ofA, ofB] of differing) {
    if (ofA !== ofB) {
      throw new Error(
        `${a.id} and ${b.id} cannot be compared: they do not share their ${what}, so one may have been tuned on what the other is measured on.`,
      );
    }
  }
}

/** Measures both now, by the serving engine, on the held-out files of the working tree: `tuned` is `a`, `active` is `b`. */
export async function compareVersions(
  folder: string,
  store: AdapterStore,
  names: readonly [string, string],
  modelPath: string,
  serving: () => Promise<LoadedEngine>,
  signal: AbortSignal,
): Promise<{ readonly a: StoredAdapter; readonly b: StoredAdapter; readonly report: Report }> {
  const [a, b] = [await store.find(names[0]), await store.find(names[1])];
  requireComparable(a, b);
  if (a.manifest.base.sha256 !== (await sha256OfModel(modelPath))) {
    throw new Error(`These adapters belong to the base ${a.manifest.base.name}. Pass that with --model.`);
  }
  await store.verify(a);
  await store.verify(b);
  const { dataset, byTime } = await mineHeldOut(
    folder,
    [learnedTo(a.manifest), learnedTo(b.manifest)],
    () => {},
    signal,
  );
  const loaded = await serving();
  const byFile = await new Preparation(dataset, loaded).heldOut(PAIRS, signal);
  const evaluation = await TuneEvaluation.begin(
    {
      serving: loaded,
      repoName: dataset.repository,
      byFile,
      byTime: byTime && (await new Preparation(byTime, loaded).heldOut(PAIRS / 2, signal)),
      secondsPerModel: Number.POSITIVE_INFINITY,
      nowMs: Date.now,
    },
    () => {},
    signal,
  );
  return {
    a,
    b,
    report: await evaluation.finish({ tuned: refOf(a), active: refOf(b), learned: null }, () => {}, signal),
  };
}
