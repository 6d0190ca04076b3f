/** One tune from folder to stored, judged and perhaps activated adapter. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfModel } from '../adapters/hash.ts';
import { AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import type { CompletionEngine, DeviceChoice, ModelInfo } from '../engine/types.ts';
import { type Evaluation, evaluateTune } from '../evaluation/evaluateTune.ts';
import { judge } from '../evaluation/gate.ts';
import { mineRepository } from '../mining/index.ts';
import type { Dataset } from '../mining/types.ts';
import { inspectTrainable } from '../models/inspect.ts';
import { takeLock } from '../storage/lock.ts';
import { describeVersion, newVersionId } from './describeVersion.ts';
import { TuneError } from './errors.ts';
import { trainerConfig } from './hyperparameters.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { ProgressTracker } from './progress.ts';
import { planSchedule } from './schedule.ts';
import { writeSequences } from './sequences.ts';
import type { LoopOutcome, TrainJob, TuneEngine } from './trainJob.ts';
import type { TuneOptions, TuneResult } from './types.ts';

export interface Serving {
  readonly engine: CompletionEngine;
  readonly model: ModelInfo;
}

export interface TuneDependencies {
  /** The engine that serves, with the base loaded. */
  serving(modelPath: string, device: DeviceChoice): Promise<Serving>;
  createTuneEngine(): TuneEngine;
  nowMs(): number;
  readonly toolVersion: string;
}

const MOST_TRAIN_PAIRS = 8000;
const MOST_HELD_OUT_PAIRS = 160;
/** Windows learned from: half of those served, for twice the pairs in the same time. */
const TRAIN_TOKENS = 512;
const HELD_OUT_TOKENS = 1024;
const DEFAULT_MINUTES = 4;
/** Of the time given, what is kept for scoring and storing. */
const SCORING_SHARE = 0.2;
const LEAST_TRAINING_SECONDS = 5;
const CHECKPOINT_SECONDS = 30;

/**
 * Runs a tune. Rejects with an error whose message is for the user, or with the signal's reason when stopped; nothing that
 * was there before is changed then.
 */
export async function runTune(
  runId: string,
  options: TuneOptions,
  dependencies: TuneDependencies,
  progress: ProgressTracker,
  signal: AbortSignal,
): Promise<TuneResult> {
  const startedMs = dependencies.nowMs();
  await inspectTrainable(options.modelPath);
  const store = await AdapterStore.of(options.folder);
  await mkdir(store.dir, { recursive: true });
  const lock = await takeLock(join(store.dir, 'tune.lock'), `tuning ${options.folder}`);
  if (lock.kind === 'busy') {
    const since = new Date(lock.holder.sinceMs).toLocaleTimeString('en', { hour12: false });
    throw new TuneError(
      `A tune of this repository is already running (process ${lock.holder.pid}, since ${since}). Wait for it or stop it first.`,
    );
  }
  const runDir = join(store.dir, 'runs', runId);
  try {
    await mkdir(runDir, { recursive: true });
    const dataset = await mineRepository(
      { folder: options.folder, ...(options.seed === undefined ? {} : { seed: options.seed }) },
      (step) => progress.mining(step),
      signal,
    );
    progress.stage('loading', 'Loading the base model');
    const serving = await dependencies.serving(options.modelPath, options.device ?? 'auto');
    signal.throwIfAborted();
    const job = await makeJob(
      runId,
      runDir,
      dataset,
      serving,
      options,
      dependencies.nowMs() - startedMs,
      progress,
      signal,
    );
    const outcome = await train(job.job, dependencies, progress, signal);

    progress.stage('evaluating', 'Scoring base and adapter on held-out files');
    const adapterFile = join(runDir, job.job.adapterFile);
    const active = await usableActive(store, await sha256OfModel(options.modelPath));
    const evaluation = await evaluateTune(
      {
        serving,
        dataset,
        prepared: job.prepared,
        tuned: { id: runId, path: adapterFile, scale: 1 },
        active: active && refOf(active),
      },
      (message) => progress.message(message),
      signal,
    );
    progress.stage('storing', 'Storing the adapter');
    const minutes = (dependencies.nowMs() - startedMs) / 60_000;
    const stored = await storeVersion(store, {
      options,
      dataset,
      serving,
      job: job.job,
      prepared: job.prepared,
      outcome,
      evaluation,
      minutes,
      adapterFile,
      dependencies,
    });
    const verdict = judge(evaluation, active?.name ?? null);
    if (verdict.activate) await store.activate(stored.id, verdict.reason);
    const result: TuneResult = {
      runId,
      adapterId: stored.id,
      folder: options.folder,
      files: dataset.files.filter(({ verdict: taken }) => taken === 'taken').length,
      pairs: job.prepared.train.length,
      heldOutPairs: job.prepared.heldOut.length,
      steps: outcome.steps,
      minutes: (dependencies.nowMs() - startedMs) / 60_000,
      heldOutLossBase: evaluation.base.loss,
      heldOutLossTuned: evaluation.tuned.loss,
      sample: evaluation.sample,
      activated: verdict.activate,
      reason: verdict.reason,
    };
    progress.stage('done', verdict.reason);
    return result;
  } finally {
    await rm(runDir, { recursive: true, force: true });
    await lock.release();
  }
}

interface PreparedJob {
  readonly job: TrainJob;
  readonly prepared: Prepared;
}

async function makeJob(
  runId: string,
  runDir: string,
  dataset: Dataset,
  { engine, model }: Serving,
  options: TuneOptions,
  spentMs: number,
  progress: ProgressTracker,
  signal: AbortSignal,
): Promise<PreparedJob> {
  progress.message('Tokenizing');
  const trainer = trainerConfig(options, model);
  const prepared = await prepare(
    dataset,
    engine,
    model,
    {
      seed: trainer.seed,
      maxTrainPairs: MOST_TRAIN_PAIRS,
      maxHeldOutPairs: MOST_HELD_OUT_PAIRS,
      trainTokens: Math.min(TRAIN_TOKENS, trainer.maxTokens),
      heldOutTokens: Math.min(HELD_OUT_TOKENS, model.contextLength),
    },
    signal,
  );
  const sequencesFile = 'sequences.bin';
  await writeSequences(join(runDir, sequencesFile), prepared.sequences);
  const seconds = (options.maxMinutes ?? DEFAULT_MINUTES) * 60;
  const job: TrainJob = {
    runId,
    runDir,
    trainer,
    schedule: planSchedule({
      trainTokens: prepared.trainTokens,
      parameters: model.parameters,
      maxSeconds: Math.max(LEAST_TRAINING_SECONDS, seconds * (1 - SCORING_SHARE) - spentMs / 1000),
      ...(options.learningRate === undefined ? {} : { learningRate: options.learningRate }),
    }),
    adaptToSpeed: true,
    sequencesFile,
    adapterFile: 'adapter.gguf',
    checkpointFile: 'checkpoint.json',
    checkpointEverySeconds: CHECKPOINT_SECONDS,
  };
  return { job, prepared };
}

type Trained = Extract<LoopOutcome, { kind: 'trained' }>;

async function train(
  job: TrainJob,
  { createTuneEngine }: TuneDependencies,
  progress: ProgressTracker,
  signal: AbortSignal,
): Promise<Trained> {
  const engine = createTuneEngine();
  try {
    const outcome = await engine.run(job, (event) => progress.loop(event), signal);
    if (outcome.kind === 'failed') throw new TuneError(outcome.message);
    if (outcome.kind === 'stopped') {
      signal.throwIfAborted();
      throw new TuneError('The tune was stopped.');
    }
    return outcome;
  } finally {
    await engine.dispose();
  }
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

interface Finished {
  readonly options: TuneOptions;
  readonly dataset: Dataset;
  readonly serving: Serving;
  readonly job: TrainJob;
  readonly prepared: Prepared;
  readonly outcome: Trained;
  readonly evaluation: Evaluation;
  readonly minutes: number;
  readonly adapterFile: string;
  readonly dependencies: TuneDependencies;
}

async function storeVersion(store: AdapterStore, finished: Finished): Promise<StoredAdapter> {
  const { dataset, evaluation, dependencies, adapterFile } = finished;
  const createdAtMs = dependencies.nowMs();
  const id = newVersionId(createdAtMs, `${dataset.digest}${finished.job.runId}`);
  const manifest = await describeVersion(id, createdAtMs, finished, dependencies.toolVersion);
  const stored = await store.add({ manifest, adapterFile, report: evaluation.report });
  await store.audit.append(
    'tune',
    id,
    `${finished.outcome.steps} steps, held-out loss ${evaluation.base.loss.toFixed(4)} -> ${evaluation.tuned.loss.toFixed(4)}`,
  );
  return stored;
}
