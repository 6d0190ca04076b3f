/** Compares two versions on the same held-out files, measured now. */

import { type AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import { TuneEvaluation } from '../evaluation/evaluateTune.ts';
import { openFitting } from '../evaluation/windows.ts';
import type { Windows } from '../prompt/heldOutWindows.ts';
import { learnedTo } from '../protocol/manifest.ts';
import type { Report } from '../protocol/report.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { Preparation } from '../tuning/prepare.ts';
import { formatObjection } from './formatObjection.ts';
import type { JudgeDependencies } from './judgeVersion.ts';
import { neverLearned } from './neverLearned.ts';
import { meaningless, requireSameSplit } from './splitObjection.ts';

/** Most pairs by file; half as many by time. */
const PAIRS = 240;
/** Short, as somebody is waiting. */
const SECONDS = 55;
/** The least for measuring alone, if mining and loading took nearly all. */
const LEAST_SECONDS = 20;
/** The base and both versions. */
const MODELS = 3;
/** The fewest that have an interval. */
const LEAST_PAIRS = 2;
/** The loss decides; completions are for illustration. */
const MOST_PLACES = 12;

/** @throws if the two cannot be compared, with the reason. */
export function requireComparable(a: StoredAdapter, b: StoredAdapter): void {
  if (a.id === b.id) throw new Error(`Both names are those of ${a.id}. Choose two different adapters to compare.`);
  const differing: readonly [string, string, string][] = [
    ['base model', a.manifest.base.sha256, b.manifest.base.sha256],
    ['repository', a.manifest.dataset.firstCommit, b.manifest.dataset.firstCommit],
  ];
  for (const [what, ofA, ofB] of differing) {
    if (ofA !== ofB) {
      throw new Error(
        `${a.id} and ${b.id} cannot be compared: they do not share their ${what}, so one may have been tuned on what the other is measured on.`,
      );
    }
  }
  const objection = formatObjection(b, a.manifest.prompt);
  if (objection !== null) throw new Error(`${objection}: its losses cannot be compared with those of ${a.id}.`);
  // Two that were tuned on everything, or on an unknown set, have equal splits, but no held-out files.
  for (const version of [a, b]) requireSameSplit(version, version.manifest.dataset);
}

export interface CompareRequest {
  readonly folder: string;
  readonly store: AdapterStore;
  /** Ids, prefixes of ids or names: the report's `tuned` and `active`. */
  readonly names: readonly [string, string];
  readonly modelPath: string;
}

export interface ComparedVersions {
  readonly a: StoredAdapter;
  readonly b: StoredAdapter;
  readonly report: Report;
}

/**
 * Measures both now, by the serving engine, on the held-out files of the working tree: until the difference is settled, or for about a
 * minute including loading and mining. The report says which.
 */
export async function compareVersions(
  { folder, store, names, modelPath }: CompareRequest,
  { serving, mineHeldOut, nowMs, workedMs = nowMs }: JudgeDependencies,
  onMessage: (message: string) => void,
  signal: AbortSignal,
): Promise<ComparedVersions> {
  const startedMs = workedMs();
  const [a, b] = [await store.find(names[0]), await store.find(names[1])];
  requireComparable(a, b);
  if (a.manifest.base.sha256 !== (await sha256OfModel(modelPath))) {
    throw new Error(
      `These adapters belong to the base ${a.manifest.base.name}. Choose that one with "Repotune: Choose Base Model…" (on the command line: --model).`,
    );
  }
  await store.verify(a);
  await store.verify(b);
  onMessage('Reading the held-out files');
  const {
    repository,
    root,
    firstCommit,
    byFile: all,
    byTime,
  } = await mineHeldOut(
    {
      folder,
      versionsLearnedTo: [learnedTo(a.manifest), learnedTo(b.manifest)],
      most: { byFile: PAIRS, byTime: PAIRS / 2 },
      learned: false,
    },
    () => {},
    signal,
  );
  let byFile = all;
  for (const version of [a, b]) {
    requireSameSplit(version, { firstCommit });
    const { left, objection } = await neverLearned(byFile, version, root, signal);
    if (objection !== null) throw new Error(meaningless(objection));
    byFile = left;
  }
  const loaded = await serving();
  const preparation = new Preparation({ repository, pairs: [] }, loaded, a.manifest.prompt);
  const open = async (windows: Windows): Promise<TuneEvaluation> =>
    TuneEvaluation.open({
      serving: loaded,
      repoName: repository,
      byFile: await preparation.heldOutOf(byFile, signal, windows),
      byTime: byTime && (await preparation.heldOutOf(byTime, signal, windows)),
      storeDir: store.dir,
      leastSamples: LEAST_PAIRS,
      mostPlaces: MOST_PLACES,
      nowMs: workedMs,
    });
  const secondsLeft = (): number => Math.max(LEAST_SECONDS, SECONDS - (workedMs() - startedMs) / 1000);
  const evaluation = await openFitting(open, MODELS, secondsLeft(), signal);
  const seconds = secondsLeft();
  const candidate = { tuned: refOf(a), active: refOf(b), learned: null, question: 'which-is-better', seconds } as const;
  return { a, b, report: await evaluation.measure(candidate, onMessage, signal) };
}
