/** Everything between the mined pairs and the first step: what the run is measured on, what it learns, and the job of its training. */
import { join } from 'node:path';
import { type AdapterStore, refOf, type StoredAdapter } from '../adapters/store.ts';
import type { TrainJob } from '../engine/training/trainJob.ts';
import type { LoadedEngine } from '../engine/types.ts';
import type { MeasuredOn } from '../evaluation/evaluateTune.ts';
import type { MinedSets } from '../mining/sets.ts';
import { inspectModel } from '../models/inspect.ts';
import type { PromptFormat } from '../protocol/promptFormat.ts';
import { sha256File } from '../storage/hash.ts';
import { adaptedBlocksFor } from '../tuning/blocks.ts';
import { trainerConfig } from '../tuning/hyperparameters.ts';
import type { layoutAdapterFor } from '../tuning/layoutAdapters.ts';
import { Preparation, type Prepared } from '../tuning/prepare.ts';
import { rankOf } from '../tuning/presets.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import { makeJob, tokensInTime } from '../tuning/trainRun.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { atFullScale, shapeOf } from '../versions/continuing.ts';
import { type LearnedDataset, learnedDataset } from '../versions/describeVersion.ts';
import { editsToLearn, learnsEdits } from './editsToLearn.ts';
import { type Examination, prepareExamination } from './examination.ts';
import { type Interrupted, pathsOf, writeResumeRecord } from './resumeRecord.ts';
import { whatToLearn } from './whatToLearn.ts';

/** Share of a tune's training time that a keep-up run may take. */
const KEEP_UP_SHARE = 0.25;

export interface RunToReady {
  readonly runId: string;
  readonly runDir: string;
  readonly startedAtMs: number;
  readonly options: TuneOptions;
  readonly store: AdapterStore;
  readonly baseSha256: string;
  readonly parent: StoredAdapter | null;
  /** As mined, and without what cannot be measured beside the active version. */
  readonly mined: MinedSets;
  readonly splits: MinedSets;
  readonly learnedOnScale: readonly string[];
  readonly active: StoredAdapter | null;
  readonly layout: Awaited<ReturnType<typeof layoutAdapterFor>>;
  readonly serving: LoadedEngine;
  readonly format: PromptFormat;
  readonly measuredOn: MeasuredOn;
  readonly budgetSeconds: number;
  /** Of the machine's memory, taken by the serving engine unless it rests. */
  readonly resting: number;
  /** Of the run's time. */
  readonly secondsLeft: () => number;
  readonly workedMs: () => number;
  /** Whether the run can go on if it is interrupted. */
  readonly mayGoOn: boolean;
}

export interface ReadyRun {
  readonly examination: Examination;
  readonly prepared: Prepared;
  readonly job: TrainJob;
  /** Next edits among what is learned. */
  readonly edits: number;
  /** Of the run's time, when training begins. */
  readonly secondsLeft: number;
  /** What it learns from, for its manifest. */
  readonly learned: LearnedDataset;
}

export async function makeReady(
  run: RunToReady,
  progress: Pick<ProgressTracker, 'message'>,
  signal: AbortSignal,
): Promise<ReadyRun> {
  const { runId, runDir, options, store, parent, mined, splits, serving, resting, secondsLeft } = run;
  const shape = parent === null ? {} : await shapeOf(parent);
  const rank = rankOf(options);
  const trainerOptions: TuneOptions = { ...options, ...(rank === undefined ? {} : { rank }), ...shape };
  const trainer = trainerConfig(trainerOptions, serving.model, resting);
  const preparation = new Preparation(splits.dataset, serving, run.format);
  const examination = await examinationOf(run, preparation, progress, signal);
  progress.message('Tokenizing');
  const share = options.keepUp ? KEEP_UP_SHARE : 1;
  const forTraining = (): number => share * (secondsLeft() - examination.keptSeconds);
  const { tokensPerSecond } = examination;
  const wanted = { options, storeDir: store.dir, splits, parent, preparation, seed: trainer.seed, tokensPerSecond };
  const learned = await whatToLearn({ ...wanted, seconds: forTraining() }, signal);
  const edits = learnsEdits(options, parent) ? await editsToLearn(options.folder, mined, learned, serving, signal) : [];
  const steering = await preparation.steering(run.measuredOn.pairs, signal);
  const { layers: blocks } = await inspectModel(options.modelPath);
  const adaptedBlocks =
    trainerOptions.adaptedBlocks ??
    adaptedBlocksFor({
      blocks,
      parameters: serving.model.parameters,
      datasetTokens: learned.datasetTokens,
      tokens: tokensInTime(forTraining(), tokensPerSecond),
    });
  const { heldOut } = examination;
  const prepared: Prepared = { format: preparation.format, train: learned, heldOut, steering, edits };
  const secondsToTrain = forTraining();
  const settings = { ...trainer, adaptedBlocks };
  const job = await makeJob(runId, runDir, settings, serving, prepared, options, secondsToTrain, {
    ...(options.keepUp && parent !== null
      ? await atFullScale(parent, join(runDir, 'initial.gguf'))
      : { initialAdapter: parent?.adapterPath ?? null, adapterScale: null }),
    secondsAfter: examination.keptSeconds,
    preflight: {
      datasetTokens: learned.datasetTokens,
      // A few steps are worthwhile from a trained version, but not from scratch.
      refuses: !(options.anyway ?? false) && !(options.force ?? false) && !(options.keepUp ?? false),
      otherSeconds: run.budgetSeconds - secondsToTrain,
    },
  });
  const left = secondsLeft();
  const learnedFrom = learnedDataset(mined.dataset, splits.learnedTo, learned.pairs.length, run.learnedOnScale);
  // What of the edits is forgotten meanwhile could not be told from what is not.
  if (run.mayGoOn && edits.length === 0)
    await writeResumeRecord(runDir, {
      runId,
      options,
      startedAtMs: run.startedAtMs,
      secondsLeft: left,
      baseSha256: run.baseSha256,
      parent: parent?.id ?? null,
      job,
      sequencesSha256: await sha256File(join(runDir, job.sequencesFile)),
      dataset: learnedFrom,
      ...pathsOf(mined.dataset, learned),
    });
  return { examination, prepared, job, edits: edits.length, secondsLeft: left, learned: learnedFrom };
}

/** The same for a run that goes on: its job is the one that was interrupted. */
export async function makeReadyAgain(
  run: RunToReady,
  { runDir, record }: Interrupted,
  progress: Pick<ProgressTracker, 'message'>,
  signal: AbortSignal,
): Promise<ReadyRun> {
  const { options, store, splits, parent, serving, format } = run;
  const { job, dataset } = record;
  const preparation = new Preparation(splits.dataset, serving, format);
  const examination = await examinationOf(run, preparation, progress, signal);
  progress.message('Tokenizing');
  const { tokensPerSecond, heldOut } = examination;
  // For what is said of what was learned; the training itself reads the sequences that it began with.
  const train = await whatToLearn(
    {
      ...{ options, storeDir: store.dir, splits, parent, preparation, tokensPerSecond },
      seed: job.trainer.seed,
      seconds: 0,
      pairs: dataset.trainPairs,
    },
    signal,
  );
  return {
    examination,
    prepared: { format, train, heldOut, steering: [] },
    job: { ...job, runDir },
    edits: 0,
    secondsLeft: record.secondsLeft,
    learned: dataset,
  };
}

function examinationOf(
  { serving, splits, measuredOn, store, active, layout, budgetSeconds, workedMs }: RunToReady,
  preparation: Preparation,
  progress: Pick<ProgressTracker, 'message'>,
  signal: AbortSignal,
): Promise<Examination> {
  const rivals = { active: active && refOf(active), layout: layout?.ref ?? null };
  const input = { serving, splits, preparation, measuredOn, storeDir: store.dir, rivals, budgetSeconds };
  return prepareExamination({ ...input, nowMs: workedMs }, progress, signal);
}
