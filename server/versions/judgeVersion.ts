/** A stored version put before the gate in this clone: measured on its held-out files, against the base and what serves. */

import { type AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import { Random } from '../common/random.ts';
import type { LoadedEngine } from '../engine/types.ts';
import { TuneEvaluation } from '../evaluation/evaluateTune.ts';
import { gateVerdict, incomparable, type Verdict } from '../evaluation/gate.ts';
import type { Dataset } from '../mining/types.ts';
import { learnedTo } from '../protocol/manifest.ts';
import type { Report } from '../protocol/report.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { Preparation } from '../tuning/prepare.ts';
import { mineHeldOut } from '../tuning/splits.ts';
import { REFIT_SPLIT, SPLIT_RULE } from './describeVersion.ts';

export interface JudgeRequest {
  readonly folder: string;
  readonly store: AdapterStore;
  readonly adapter: StoredAdapter;
  readonly modelPath: string;
  /** At most so many held-out pairs, and so many seconds for each model. */
  readonly pairs: number;
  readonly secondsPerModel: number;
  /** Whether the verdict is kept as what is known of the version; else it is only told. */
  readonly keep: boolean;
  /** Activates the version when it passes. */
  readonly activate: boolean;
}

export interface JudgeDependencies {
  serving(): Promise<LoadedEngine>;
  nowMs(): number;
}

export interface JudgedVersion {
  readonly verdict: Verdict;
  readonly activated: boolean;
  readonly report: Report;
}

/** Rejects with a sentence for the user where the figures would mean nothing. */
export async function judgeVersion(
  { folder, store, adapter, modelPath, pairs, secondsPerModel, keep, activate }: JudgeRequest,
  { serving, nowMs }: JudgeDependencies,
  onMessage: (message: string) => void,
  signal?: AbortSignal,
): Promise<JudgedVersion> {
  await store.verify(adapter);
  const baseSha256 = await sha256OfModel(modelPath);
  requireBase(adapter, baseSha256);
  const active = await usableRival(store, baseSha256);
  const against = active?.id === adapter.id ? null : active;
  const versions = against === null ? [adapter] : [adapter, against];
  const tell = ({ stage }: { readonly stage: string }): void => onMessage(`Mining: ${stage}`);
  const { dataset, byTime } = await mineHeldOut(
    folder,
    versions.map(({ manifest }) => learnedTo(manifest)),
    tell,
    signal,
  );
  for (const version of versions) requireSameSplit(version, dataset);
  const loaded = await serving();
  const byFile = await new Preparation(dataset, loaded).heldOut(pairs, signal);
  // What it was trained on is not known to the pair; the files it was allowed to learn from are.
  const learned = new Random(0, 0x5eed).shuffle(dataset.pairs.filter(({ split }) => split === 'train'));
  const evaluation = await TuneEvaluation.begin(
    {
      serving: loaded,
      repoName: dataset.repository,
      byFile,
      byTime: byTime && (await new Preparation(byTime, loaded).heldOut(Math.ceil(pairs / 2), signal)),
      secondsPerModel,
      nowMs,
    },
    onMessage,
    signal,
  );
  const report = await evaluation.finish(
    { tuned: refOf(adapter), active: against && refOf(against), learned },
    onMessage,
    signal,
  );
  const late = await switchObjection(store, baseSha256, against, adapter);
  const verdict = late === null ? gateVerdict(report.byFile, report.byTime, against?.name ?? null) : incomparable(late);
  if (keep) {
    await store.keepJudgement(adapter.id, { passed: verdict.activate, reason: verdict.reason, report }, nowMs());
    await store.audit.append('evaluate', adapter.id, verdict.reason, nowMs());
  }
  const activated = keep && activate && verdict.activate;
  if (activated) await store.activate(adapter.id, verdict.reason);
  return { verdict, activated, report };
}

/** The active version, if it is one of this base and whole: another one cannot serve and so need not be beaten. */
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
 * What a new version is compared with. A refit was trained on what is held out, so its figures would flatter it: the version
 * it repeats stands for it. One that is here no longer leaves the base alone to be beaten.
 */
export async function usableRival(store: AdapterStore, baseSha256: string): Promise<StoredAdapter | null> {
  const active = await usableActive(store, baseSha256);
  if (active === null || active.manifest.dataset.split !== REFIT_SPLIT) return active;
  const { parent } = active.manifest;
  const repeated = parent === null ? null : await store.find(parent).catch(() => null);
  return repeated?.manifest.dataset.split === SPLIT_RULE ? repeated : null;
}

/**
 * Why a verdict against `against` says nothing of what serves by now; null where it does. Of the base alone it always does: that is
 * measured each time.
 */
export async function switchObjection(
  store: AdapterStore,
  baseSha256: string,
  against: StoredAdapter | null,
  version: StoredAdapter,
): Promise<string | null> {
  const now = await usableRival(store, baseSha256);
  if (now === null || now.id === against?.id || now.id === version.id) return null;
  return `Adapter ${now.id} was activated while this one was measured`;
}

function requireBase({ id, manifest }: StoredAdapter, baseSha256: string): void {
  if (manifest.base.sha256 !== baseSha256)
    throw new Error(
      `Adapter ${id} belongs to the base ${manifest.base.name}. Choose that one, or pass it with --model.`,
    );
}

/** @throws where the version may have been tuned on what it would be measured on. */
export function requireSameSplit(version: StoredAdapter, dataset: Pick<Dataset, 'firstCommit'>): void {
  const objection = splitObjection(version, dataset);
  if (objection !== null)
    throw new Error(`${objection}: figures on the held-out files of this repository would mean nothing.`);
}

/** Why figures of the version on this data set's held-out files would mean nothing; null where they do not. */
export function splitObjection(
  { id, manifest, standing }: StoredAdapter,
  { firstCommit }: Pick<Dataset, 'firstCommit'>,
): string | null {
  const { dataset } = manifest;
  if (dataset.split === SPLIT_RULE && dataset.firstCommit === firstCommit) return null;
  const why =
    standing.kind === 'unmeasured' && standing.origin.kind === 'imported'
      ? 'was imported, so its training data is not known'
      : dataset.split === REFIT_SPLIT
        ? 'was trained on all files, including the held-out ones'
        : dataset.firstCommit === firstCommit
          ? 'was tuned by a release that holds out different files'
          : 'was tuned on another repository, which holds out different files';
  return `Adapter ${id} ${why}`;
}
