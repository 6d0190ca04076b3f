/** Judges a stored version by the gate in this clone: measured on its held-out files, against the base and the serving version. */

import { readLiveComparison } from '../adapters/liveComparisonFile.ts';
import { type AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import type { LoadedEngine } from '../engine/types.ts';
import { LEAST_HELD_OUT_PAIRS, MEASURED_ON, TuneEvaluation } from '../evaluation/evaluateTune.ts';
import { gateVerdict, incomparable, keptUpVerdict, unwanted, type Verdict } from '../evaluation/gate.ts';
import { openFitting } from '../evaluation/windows.ts';
import type { Windows } from '../prompt/heldOutWindows.ts';
import { learnedTo } from '../protocol/manifest.ts';
import type { Report } from '../protocol/report.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { layoutAdapterFor } from '../tuning/layoutAdapters.ts';
import { Preparation } from '../tuning/prepare.ts';
import type { mineHeldOut } from '../tuning/splits.ts';
import { REFIT_SPLIT, SPLIT_RULE } from './describeVersion.ts';
import { formatObjection } from './formatObjection.ts';
import { neverLearned } from './neverLearned.ts';
import { replacedNote } from './replaced.ts';
import { meaningless, requireSameSplit } from './splitObjection.ts';

export interface JudgeRequest {
  readonly folder: string;
  readonly store: AdapterStore;
  readonly adapter: StoredAdapter;
  readonly modelPath: string;
  /** Most held-out pairs, and most seconds for each model. */
  readonly pairs: number;
  readonly secondsPerModel: number;
  /** Whether the verdict is stored as the version's standing; otherwise it is only reported. */
  readonly keep: boolean;
  /** Activates the version if it passes. */
  readonly activate: boolean;
}

export interface JudgeDependencies {
  serving(): Promise<LoadedEngine>;
  /** In a process of its own if this one must stay responsive. */
  readonly mineHeldOut: typeof mineHeldOut;
  nowMs(): number;
  /** The clock for time limits, stopped while the machine sleeps. Defaults to `nowMs`. */
  workedMs?(): number;
}

export interface JudgedVersion {
  readonly verdict: Verdict;
  readonly activated: boolean;
  readonly report: Report;
}

/** Rejects with a message for the user if the figures would be meaningless. */
export async function judgeVersion(
  { folder, store, adapter, modelPath, pairs, secondsPerModel, keep, activate }: JudgeRequest,
  { serving, mineHeldOut, nowMs, workedMs = nowMs }: JudgeDependencies,
  onMessage: (message: string) => void,
  signal?: AbortSignal,
): Promise<JudgedVersion> {
  await store.verify(adapter);
  const baseSha256 = await sha256OfModel(modelPath);
  requireBase(adapter, baseSha256);
  const active = await usableRival(store, baseSha256);
  const rival = active?.id === adapter.id ? null : active;
  const { prompt } = adapter.manifest;
  let objection = rival && formatObjection(rival, prompt);
  let against = objection === null ? rival : null;
  const versions = against === null ? [adapter] : [adapter, against];
  const tell = ({ stage }: { readonly stage: string }): void => onMessage(`Mining: ${stage}`);
  const mined = await mineHeldOut(
    {
      folder,
      versionsLearnedTo: versions.map(({ manifest }) => learnedTo(manifest)),
      most: { byFile: pairs, byTime: Math.ceil(pairs / 2) },
      learned: true,
    },
    tell,
    signal,
  );
  for (const version of versions) requireSameSplit(version, mined);
  const { repository, root, byTime, learned } = mined;
  const honest = await neverLearned(mined.byFile, adapter, root, signal);
  if (honest.objection !== null) throw new Error(meaningless(honest.objection));
  const rivals = against && (await neverLearned(honest.left, against, root, signal));
  // It may have learned what is held out: beaten or not would mean nothing.
  if (rivals !== null && rivals.objection !== null) [against, objection] = [null, rivals.objection];
  const byFile = against !== null && rivals !== null ? rivals.left : honest.left;
  const loaded = await serving();
  const preparation = new Preparation({ repository, pairs: [] }, loaded, prompt);
  const open = async (windows: Windows): Promise<TuneEvaluation> =>
    TuneEvaluation.open({
      serving: loaded,
      repoName: repository,
      byFile: await preparation.heldOutOf(byFile, signal, windows),
      byTime: byTime && (await preparation.heldOutOf(byTime, signal, windows)),
      storeDir: store.dir,
      leastSamples: LEAST_HELD_OUT_PAIRS,
      mostPlaces: MEASURED_ON.places,
      nowMs: workedMs,
    });
  const layout = await layoutAdapterFor(baseSha256, prompt);
  const models = 2 + Number(against !== null) + Number(layout !== null);
  const seconds = secondsPerModel * models;
  const evaluation = await openFitting(open, models, seconds, signal);
  const measured = await evaluation.measure(
    {
      tuned: refOf(adapter),
      active: against && refOf(against),
      layout: layout?.ref ?? null,
      learned,
      question: 'may-serve',
      seconds,
    },
    onMessage,
    signal,
  );
  const { method, steps, endReason: end } = adapter.manifest.training;
  const report: Report = { ...measured, training: method === 'imported' ? null : { steps, end } };
  const verdict = await verdictOn(adapter, report, { store, baseSha256, against, objection });
  if (keep) {
    await store.keepJudgement(adapter, { passed: verdict.passed, reason: verdict.reason, report }, nowMs());
    await store.audit.append('evaluate', adapter.id, verdict.reason, nowMs());
  }
  const activated = keep && activate && verdict.activate;
  const replaced = activated ? await replacedNote(store, baseSha256) : '';
  if (activated) await store.activate(adapter.id, verdict.reason);
  return { verdict: { ...verdict, reason: `${verdict.reason} ${replaced}`.trim() }, activated, report };
}

/** The active version, if it is intact and of this base: another one cannot serve, so it need not be beaten. */
async function usableActive(store: AdapterStore, baseSha256: string): Promise<StoredAdapter | null> {
  try {
    const active = await store.active();
    if (active === null || active.manifest.base.sha256 !== baseSha256) return null;
    await store.verify(active);
    return active;
  } catch {
    return null;
  }
}

/**
 * What a new version is compared with. A refit was trained on what is held out, so its figures would flatter it: the version it repeats
 * takes its place. If that no longer exists, only the base has to be beaten.
 */
export async function usableRival(store: AdapterStore, baseSha256: string): Promise<StoredAdapter | null> {
  const active = await usableActive(store, baseSha256);
  if (active === null || active.manifest.dataset.split !== REFIT_SPLIT) return active;
  const { parent } = active.manifest;
  const repeated = parent === null ? null : await store.byId(parent).catch(() => null);
  return repeated?.manifest.dataset.split === SPLIT_RULE ? repeated : null;
}

/** Why a verdict against `against` does not apply to what serves by now; null if it does. The base always counts as measured against. */
async function switchObjection(
  store: AdapterStore,
  baseSha256: string,
  against: StoredAdapter | null,
  version: Pick<StoredAdapter, 'id'>,
): Promise<string | null> {
  const now = await usableRival(store, baseSha256);
  if (now === null || now.id === against?.id || now.id === version.id) return null;
  return `Adapter ${now.id} was activated while this one was measured`;
}

export interface Measured {
  readonly store: AdapterStore;
  readonly baseSha256: string;
  /** What it was measured against besides the base; null for the base alone. */
  readonly against: StoredAdapter | null;
  /** Why that comparison is meaningless; null if it is not. */
  readonly objection: string | null;
  /** Whether a run that nobody may have asked for has just made it. */
  readonly keepsUp?: boolean;
}

/** The gate's verdict on a version as measured, provided that what it was measured against still serves. */
export async function verdictOn(
  version: Pick<StoredAdapter, 'id' | 'manifest'>,
  { byFile, byTime }: Report,
  { store, baseSha256, against, objection, keepsUp = false }: Measured,
): Promise<Verdict> {
  const late = objection ?? (await switchObjection(store, baseSha256, against, version));
  if (late !== null) {
    const { passed } = gateVerdict({ ...byFile, overActive: null }, byTime, null);
    return incomparable(late, passed);
  }
  // A version activated during mining and training is a rival like any other. Measured again, it is asked the same as by its run.
  const { parent, training } = version.manifest;
  const goesOn = training.keptUp === true && against !== null && parent === against.id;
  const judge = goesOn ? keptUpVerdict : gateVerdict;
  // One that was turned off meanwhile need not be beaten; but a run that nobody asked for takes no such place.
  const isOff = !keepsUp && against !== null && (await usableRival(store, baseSha256)) === null;
  const verdict = isOff
    ? gateVerdict({ ...byFile, overActive: null }, byTime, null)
    : judge(byFile, byTime, against?.name ?? null);
  const choice = keepsUp && verdict.activate ? await choiceMadeMeanwhile(store) : null;
  return choice === null ? verdict : unwanted(choice, verdict.passed);
}

/** Nobody may have asked for a run that keeps the active version up, so it undoes nothing that a person decided meanwhile. */
async function choiceMadeMeanwhile(store: AdapterStore): Promise<string | null> {
  // A damaged one still is the active one.
  const active = await store.active().catch(() => undefined);
  if (active === null) return 'the adapter that it continues was turned off meanwhile';
  const comparison = await readLiveComparison(store.dir);
  return comparison !== null && comparison.active === active?.id
    ? 'the active adapter is being compared live, which a switch would end'
    : null;
}

function requireBase({ id, manifest }: StoredAdapter, baseSha256: string): void {
  if (manifest.base.sha256 !== baseSha256)
    throw new Error(
      `Adapter ${id} belongs to the base ${manifest.base.name}. Choose that one with "Repotune: Choose Base Model…" (on the command line: --model).`,
    );
}
