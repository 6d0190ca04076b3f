/**
 * Turns an adapter trained by a cluster, in PEFT's format, into a judged version. It was trained on rows made here, from files not held
 * out, so it is measured like one trained here; held-out files never left this machine.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readAdapterFile, writeAdapterFile } from '../adapters/peft/ggufAdapter.ts';
import { importPeft } from '../adapters/peft/interchange.ts';
import { type AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import { bestScale } from '../engine/training/adapterScale.ts';
import type { LoadedEngine } from '../engine/types.ts';
import { MEASURED_ON, type MeasuredOn } from '../evaluation/evaluateTune.ts';
import { undecidedNote, type Verdict } from '../evaluation/gate.ts';
import { mineOnce } from '../mining/index.ts';
import { CLUSTER_BASE_TYPES, learnedTo } from '../protocol/manifest.ts';
import type { Report } from '../protocol/report.ts';
import type { TuneResult } from '../protocol/tune.ts';
import { prepareExamination } from '../runs/examination.ts';
import { besideRival, withoutLearned } from '../runs/neverLearnedBy.ts';
import { cutForMeasuring } from '../tuning/cuts.ts';
import { layoutAdapterFor } from '../tuning/layoutAdapters.ts';
import { learnedFrom } from '../tuning/learnedFrom.ts';
import { Preparation } from '../tuning/prepare.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import { addJudged } from '../versions/addJudged.ts';
import { describeVersion, learnedDataset, newVersionId } from '../versions/describeVersion.ts';
import { type Measured, usableRival } from '../versions/judgeVersion.ts';
import { sampleOf } from '../versions/lastResult.ts';
import { replacedNote } from '../versions/replaced.ts';
import { ClusterError } from './errors.ts';
import type { Submission, SubmittedRepository } from './submission.ts';

export interface TakeInRequest {
  readonly submission: Submission;
  readonly repository: SubmittedRepository;
  /** The PEFT folder. */
  readonly fetched: string;
  readonly trained: { readonly steps: number; readonly seconds: number };
  /** Device it was trained on, for display: `CPU`, or the GPU's name; '' if unknown. */
  readonly device: string;
  readonly store: AdapterStore;
  readonly runDir: string;
}

export interface TakeInDependencies {
  /** The base; adapters are not merged into it. */
  serving(modelPath: string): Promise<LoadedEngine>;
  nowMs(): number;
  readonly toolVersion: string;
  /** Defaults to `MEASURED_ON`. */
  readonly measuredOn?: MeasuredOn;
}

/** For base, tuned and active together: there is no overall budget here. */
const MEASURING_SECONDS = 90;

export async function takeIn(
  { submission, repository, fetched, trained, device, store, runDir }: TakeInRequest,
  { serving, nowMs, toolVersion, measuredOn = MEASURED_ON }: TakeInDependencies,
  progress: ProgressTracker,
  signal: AbortSignal,
): Promise<TuneResult> {
  const startedMs = nowMs();
  progress.stage('evaluating', 'Converting the adapter');
  await mkdir(runDir, { recursive: true });
  const whole = join(runDir, 'fetched.gguf');
  await importPeft(fetched, submission.modelPath, whole);

  const active = await usableRival(store, submission.modelSha256);
  const versions = [repository.learnedTo, ...(active === null ? [] : [learnedTo(active.manifest)])];
  const mined = await mineOnce(
    learnedFrom(repository.folder),
    () => cutForMeasuring(repository.folder, versions, signal),
    (step) => progress.mining(step),
    signal,
  );
  if (mined.dataset.firstCommit !== repository.firstCommit)
    throw new ClusterError(
      'failed',
      `${repository.folder} has another history than when its rows were made, so other files are held out. Submit it again.`,
    );
  // Files may have been renamed, or others be held out, since its rows were made.
  const own = await withoutLearned(
    mined,
    { id: repository.runId, manifest: { dataset: madeFrom(repository) } },
    signal,
  );
  if (own.objection !== null)
    throw new ClusterError(
      'failed',
      `Most of what is held out now was learned by it: files were renamed in ${repository.folder} since its rows were made, or other files are held out. Submit it again.`,
    );
  const { active: rival, objection, sets } = await besideRival(own.sets, active, repository.prompt, signal);
  const { dataset, byTime } = sets;
  const loaded = await serving(submission.modelPath);
  const preparation = new Preparation(dataset, loaded, repository.prompt);
  progress.message('Choosing the scale of the adapter');
  const scale = await scaleOf(whole, preparation, loaded, measuredOn.pairs, signal);
  const adapterFile = join(runDir, 'adapter.gguf');
  const matrices = await readAdapterFile(whole);
  await writeAdapterFile(adapterFile, { ...matrices, alpha: matrices.alpha * scale });

  const layout = await layoutAdapterFor(submission.modelSha256, repository.prompt);
  const rivals = { active: rival && refOf(rival), layout: layout?.ref ?? null };
  const examination = await prepareExamination(
    {
      serving: loaded,
      splits: { dataset, byTime },
      preparation,
      measuredOn,
      storeDir: store.dir,
      rivals,
      budgetSeconds: MEASURING_SECONDS * 10,
      nowMs,
    },
    progress,
    signal,
  );
  const report = await examination.evaluation.measure(
    {
      tuned: { id: repository.runId, path: adapterFile, scale: 1, prompt: repository.prompt },
      ...rivals,
      learned: dataset.pairs.filter(({ split }) => split === 'train'),
      question: 'may-serve',
      ...examination.allowedWhen(MEASURING_SECONDS),
    },
    (message) => progress.message(message),
    signal,
  );

  progress.stage('storing', 'Storing the adapter');
  const createdAtMs = nowMs();
  const id = newVersionId(createdAtMs, `${dataset.digest}${repository.runId}`);
  const { rank, weightDecay, seed, learningRate, steps, tokensPerStep } = repository;
  const { heldOutBeyond: _, ...now } = learnedDataset(dataset, repository.learnedTo, repository.pairs);
  const manifest = await describeVersion(
    id,
    createdAtMs,
    {
      options: { folder: repository.folder, modelPath: submission.modelPath, baseType: 'as-is' },
      // What was learned, not what is in the folder now: commits made while the cluster trained are still to be learned.
      dataset: { ...now, ...madeFrom(repository), files: repository.files },
      serving: loaded,
      job: {
        trainer: { rank, alpha: matrices.alpha, weightDecay, seed, baseType: baseTypeOn(device) },
        schedule: { learningRate, promptWeight: 0 },
      },
      prepared: { format: repository.prompt },
      outcome: {
        reason: 'schedule',
        steps: trained.steps,
        tokens: steps * tokensPerStep,
        seconds: trained.seconds,
        adapterScale: scale,
      },
      report,
      adapterFile,
      parent: null,
    },
    toolVersion,
  );
  const measured = { baseSha256: submission.modelSha256, against: rival, objection };
  const { stored, verdict } = await addJudged(store, { manifest, adapterFile, report }, measured, nowMs());
  const { base, tuned } = report.byFile;
  await store.audit.append(
    'tune',
    stored.id,
    `${trained.steps} steps on ${submission.address}, held-out loss ${base.loss.toFixed(4)} -> ${tuned.loss.toFixed(4)}`,
  );
  const { activate } = verdict;
  const reason = await letServe(stored, verdict, report, { store, baseSha256: submission.modelSha256 });
  progress.stage('done', reason);
  return {
    runId: repository.runId,
    adapterId: stored.id,
    folder: repository.folder,
    files: repository.files,
    pairs: repository.pairs,
    edits: 0,
    heldOutPairs: report.byFile.pairs,
    steps: trained.steps,
    minutes: (trained.seconds + (nowMs() - startedMs) / 1000) / 60,
    training: null,
    heldOutLossBase: base.loss,
    heldOutLossTuned: tuned.loss,
    sample: sampleOf(report),
    activated: activate,
    reason,
  };
}

/** Lets a version that was taken in serve if the verdict says so: told like one on a version tuned here. */
export async function letServe(
  stored: StoredAdapter,
  verdict: Verdict,
  report: Report,
  { store, baseSha256 }: Pick<Measured, 'store' | 'baseSha256'>,
): Promise<string> {
  const { activate } = verdict;
  const replaced = activate ? await replacedNote(store, baseSha256) : '';
  if (activate) await store.activate(stored.id, verdict.reason);
  const told = [verdict.reason, replaced, undecidedNote(report, verdict, stored.id)];
  return told.filter((part) => part !== '').join(' ');
}

/** What its manifest says of the files that its rows were made from, and of those that were held out then. */
function madeFrom({ firstCommit, learnedTo: to, commit = to, heldOutBeyond }: SubmittedRepository) {
  return { firstCommit, learnedTo: to, commit, ...(heldOutBeyond === undefined ? {} : { heldOutBeyond }) };
}

/** As train.py loads the base there. */
function baseTypeOn(device: string): string {
  if (device === '') return 'as-is';
  return device === 'CPU' ? CLUSTER_BASE_TYPES.cpu : CLUSTER_BASE_TYPES.gpu;
}

/** Chosen as in the local training loop, on held-out text not used for judging the adapter. */
async function scaleOf(
  path: string,
  preparation: Preparation,
  { engine }: LoadedEngine,
  judged: number,
  signal: AbortSignal,
): Promise<number> {
  const steering = await preparation.steering(judged, signal);
  const samples = steering.map(({ tokens, lossFrom }) => ({ tokens: [...tokens], lossFrom, lossTo: tokens.length }));
  const lossAt = async (scale: number): Promise<number> => {
    const scores = await engine.score(samples, { id: `fetched-${scale}`, path, scale }, signal);
    const [nll, tokens] = scores.reduce(([sum, count], score) => [sum + score.nll, count + score.tokens], [0, 0]);
    return nll / Math.max(1, tokens);
  };
  return (await bestScale(lossAt, 1)).scale;
}
