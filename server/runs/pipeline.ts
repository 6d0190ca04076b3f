/** One tune, from folder to stored, judged and possibly activated adapter. */
import { join } from 'node:path';
import { writeLessons } from '../adapters/lessons.ts';
import { refOf } from '../adapters/store.ts';
import { beginProbation } from '../adapters/useFile.ts';
import { Ledger } from '../common/ledger.ts';
import { shortRunNote } from '../common/shortRun.ts';
import type { TuneEngine } from '../engine/training/trainJob.ts';
import type { DeviceChoice, LoadedEngine } from '../engine/types.ts';
import { MEASURED_ON, type MeasuredOn } from '../evaluation/evaluateTune.ts';
import { forced, undecidedNote } from '../evaluation/gate.ts';
import { findLessons } from '../evaluation/lessons.ts';
import { inspectModel } from '../models/inspect.ts';
import { formatOf } from '../prompt/index.ts';
import { learnedTo } from '../protocol/manifest.ts';
import { RUN_PARTS, type RunPart, TRAINING_PARTS, type TuneResult } from '../protocol/tune.ts';
import { sha256OfModel } from '../storage/hash.ts';
import { adaptedBlocksFor } from '../tuning/blocks.ts';
import { restingBytes, trainerConfig } from '../tuning/hyperparameters.ts';
import { layoutAdapterFor } from '../tuning/layoutAdapters.ts';
import { Preparation, type Prepared } from '../tuning/prepare.ts';
import { minutesOf, rankOf } from '../tuning/presets.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import { mineSplits } from '../tuning/splits.ts';
import { laterSeconds } from '../tuning/timeShares.ts';
import { makeJob, tokensInTime, train } from '../tuning/trainRun.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { atFullScale, parentOf, shapeOf } from '../versions/continuing.ts';
import { usableRival, verdictOn } from '../versions/judgeVersion.ts';
import { sampleOf } from '../versions/lastResult.ts';
import { replacedNote } from '../versions/replaced.ts';
import { clearSuperseded } from '../versions/superseded.ts';
import { editsToLearn, learnsEdits } from './editsToLearn.ts';
import { prepareExamination } from './examination.ts';
import { besideRival, neverLearnedByParent } from './neverLearnedBy.ts';
import { inRun, type LockHooks } from './runFolder.ts';
import { storeVersion } from './storeVersion.ts';
import { whatToLearn } from './whatToLearn.ts';
import { keepingTrained, requireBase, stillThere } from './whatWasTrained.ts';

export interface TuneDependencies extends LockHooks {
  /** The serving engine, with the base loaded. */
  serving(modelPath: string, device: DeviceChoice): Promise<LoadedEngine>;
  createTuneEngine(): TuneEngine;
  nowMs(): number;
  /** The clock for the run's time budget, stopped while the run is held. Defaults to `nowMs`. */
  workedMs?(): number;
  readonly toolVersion: string;
  /** Defaults to `MEASURED_ON`. */
  readonly measuredOn?: MeasuredOn;
}

/** Share of a tune's training time that a keep-up run may take. */
const KEEP_UP_SHARE = 0.25;
const NOTHING_SPENT_ON_RUN = Object.fromEntries(RUN_PARTS.map((part) => [part, 0])) as Record<RunPart, number>;
/** Time for finding what was learned most: this share of the run's, up to a maximum. */
const LESSON_SHARE = 0.02;
const MOST_LESSON_SECONDS = 6;
/** For writing the adapter's files. */
const STORING_SECONDS = 1;

/**
 * Runs a tune. Rejects with an error whose message is for the user, or with the signal's reason when stopped; either way, nothing that
 * existed before has changed.
 */
export async function runTune(
  runId: string,
  options: TuneOptions,
  dependencies: TuneDependencies,
  progress: ProgressTracker,
  signal: AbortSignal,
): Promise<TuneResult> {
  const startedMs = dependencies.nowMs();
  const workedMs = dependencies.workedMs ?? dependencies.nowMs;
  const workedFromMs = workedMs();
  return await inRun(runId, options, dependencies, async (store, runDir) => {
    const ledger = new Ledger<RunPart>(dependencies.nowMs, NOTHING_SPENT_ON_RUN);
    const { baseSha256, parent, mined } = await ledger.timed('mining', async () => {
      const baseSha256 = await sha256OfModel(options.modelPath);
      const parent = await parentOf(store, options.keepUp ? 'active' : options.continueFrom, baseSha256);
      const parentLearnedTo = parent && learnedTo(parent.manifest);
      const all = await mineSplits(options, parentLearnedTo, (step) => progress.mining(step), signal);
      const mined = parent === null ? all : await neverLearnedByParent(all, parent, signal);
      return { baseSha256, parent, mined };
    });
    progress.stage('loading', 'Loading the base model');
    const serving = await ledger.timed('loading', () =>
      dependencies.serving(options.modelPath, options.device ?? 'auto'),
    );
    signal.throwIfAborted();
    const serves = await usableRival(store, baseSha256);
    const format = parent?.manifest.prompt ?? formatOf(serving.model);
    const { active, objection, sets: splits } = await besideRival(mined, serves, format, signal);
    const { dataset } = splits;
    const layout = await layoutAdapterFor(baseSha256, format);
    const budgetSeconds = minutesOf(options, serving.model.parameters) * 60;
    const secondsLeft = (): number => budgetSeconds - STORING_SECONDS - (workedMs() - workedFromMs) / 1000;
    const { measuredOn = MEASURED_ON } = dependencies;
    const resting = restingBytes(serving.model);
    const { layers: blocks } = await inspectModel(options.modelPath);
    const { examination, prepared, job } = await ledger.timed('preparing', async () => {
      const shape = parent === null ? {} : await shapeOf(parent);
      const rank = rankOf(options);
      const trainerOptions: TuneOptions = { ...options, ...(rank === undefined ? {} : { rank }), ...shape };
      const trainer = trainerConfig(trainerOptions, serving.model, resting);
      const preparation = new Preparation(dataset, serving, format);
      const examination = await prepareExamination(
        {
          serving,
          splits,
          preparation,
          measuredOn,
          storeDir: store.dir,
          rivals: { active: active && refOf(active), layout: layout?.ref ?? null },
          budgetSeconds,
          nowMs: workedMs,
        },
        progress,
        signal,
      );
      progress.message('Tokenizing');
      const share = options.keepUp ? KEEP_UP_SHARE : 1;
      const forTraining = (): number => share * (secondsLeft() - examination.keptSeconds);
      const { tokensPerSecond } = examination;
      const learned = await whatToLearn(
        {
          options,
          storeDir: store.dir,
          splits,
          parent,
          preparation,
          seed: trainer.seed,
          seconds: forTraining(),
          tokensPerSecond,
        },
        signal,
      );
      const edits = learnsEdits(options, parent)
        ? await editsToLearn(options.folder, mined, learned, serving, signal)
        : [];
      const steering = await preparation.steering(measuredOn.pairs, signal);
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
      const job = await makeJob(
        runId,
        runDir,
        { ...trainer, adaptedBlocks },
        serving,
        prepared,
        options,
        secondsToTrain,
        {
          ...(options.keepUp && parent !== null
            ? await atFullScale(parent, join(runDir, 'initial.gguf'))
            : { initialAdapter: parent?.adapterPath ?? null, adapterScale: null }),
          preflight: {
            datasetTokens: learned.datasetTokens,
            // A few steps are worthwhile from a trained version, but not from scratch.
            refuses: !(options.anyway ?? false) && !(options.force ?? false) && !(options.keepUp ?? false),
            otherSeconds: budgetSeconds - secondsToTrain,
          },
        },
      );
      return { examination, prepared, job };
    });
    progress.message('Starting the training');
    const wake = resting > 0 ? await serving.engine.rest?.() : undefined;
    const trainingFromMs = dependencies.nowMs();
    const leftForAll = secondsLeft();
    const outcome = await train(job, dependencies, progress, signal);
    const trainingSeconds = (dependencies.nowMs() - trainingFromMs) / 1000;
    for (const part of TRAINING_PARTS) ledger.add(part, outcome.spent[part]);
    // Pauses and lost attempts, which the training process does not count. They do not reduce the time for measuring.
    ledger.add('other', Math.max(0, trainingSeconds - outcome.seconds));
    const loadingFromMs = workedMs();
    const adapterFile = join(runDir, job.adapterFile);
    await keepingTrained(adapterFile, signal, async () => {
      await ledger.timed('loading', async () => wake?.());
      await requireBase(options.modelPath, baseSha256);
    });
    const loadingSeconds = (workedMs() - loadingFromMs) / 1000;

    progress.stage('evaluating', 'Scoring the adapter on held-out files');
    const tuned = { id: runId, path: adapterFile, scale: 1, prompt: format };
    const lessonSeconds = Math.min(MOST_LESSON_SECONDS, LESSON_SHARE * budgetSeconds);
    const allowed = examination.allowedWhen(leftForAll - outcome.seconds - loadingSeconds - lessonSeconds);
    const keepsUp = options.keepUp ?? false;
    let storingFromMs = 0;
    const rival = await stillThere(store, active);
    const taught = await stillThere(store, parent);
    const { report, lessons, stored, trained } = await keepingTrained(adapterFile, signal, async () => {
      const measured = await ledger.timed('measuring', () =>
        examination.evaluation.measure(
          {
            tuned,
            active: rival && refOf(rival),
            layout: layout?.ref ?? null,
            learned: prepared.train.pairs,
            question: 'may-serve',
            ...allowed,
            ...(keepsUp ? { laterSeconds: laterSeconds(allowed.seconds) } : {}),
          },
          (message) => progress.message(message),
          signal,
        ),
      );
      const trained = { steps: outcome.steps, end: outcome.reason };
      const report = { ...measured, training: trained };
      const lessons = await ledger.timed('measuring', () =>
        findLessons(
          serving,
          prepared.train,
          { before: taught && refOf(taught), after: tuned },
          { seconds: lessonSeconds, nowMs: workedMs },
          signal,
        ),
      );
      progress.stage('storing', 'Storing the adapter');
      storingFromMs = dependencies.nowMs();
      const facts = {
        options,
        dataset: mined.dataset,
        learnedTo: splits.learnedTo,
        serving,
        job,
        prepared,
        outcome,
        adapterFile,
        parent,
      };
      const stored = await storeVersion(store, runId, { ...facts, report }, dependencies);
      return { report, lessons, stored, trained };
    });
    // Only informative: a full disk costs the version nothing else.
    await writeLessons(store.dir, stored.id, lessons).catch(() => {});
    const judged = await verdictOn(stored, report, { store, baseSha256, against: rival, objection, keepsUp });
    await store.keepJudgement(
      stored,
      { passed: judged.passed, reason: judged.reason, report: null },
      dependencies.nowMs(),
    );
    const verdict = forced(judged, options.force ?? false);
    const replaced = verdict.activate ? await replacedNote(store, baseSha256) : '';
    if (verdict.activate) await store.activate(stored.id, verdict.reason, { force: verdict.forced });
    if (keepsUp && parent !== null) {
      if (verdict.activate && taught !== null)
        await beginProbation(store.dir, { version: stored.id, before: parent.id }, dependencies.nowMs());
      await clearSuperseded(store);
    }
    const undecided = undecidedNote(report, verdict, stored.id);
    const notes = [replaced, undecided, shortRunNote(trained), outcome.note ?? ''];
    const reason = [verdict.reason, ...notes].filter((part) => part !== '').join(' ');
    ledger.add('storing', (dependencies.nowMs() - storingFromMs) / 1000);
    const result: TuneResult = {
      runId,
      adapterId: stored.id,
      folder: options.folder,
      files: dataset.files.filter(({ verdict: taken }) => taken === 'taken').length,
      pairs: prepared.train.pairs.length,
      edits: prepared.edits?.length ?? 0,
      heldOutPairs: report.byFile.pairs,
      steps: outcome.steps,
      minutes: (dependencies.nowMs() - startedMs) / 60_000,
      training: {
        predictedSeconds: progress.predictedSeconds,
        seconds: outcome.seconds,
        end: outcome.reason,
        tokens: outcome.tokens,
        epochs: outcome.tokens / Math.max(1, prepared.train.datasetTokens),
        parts: ledger.spent,
      },
      heldOutLossBase: report.byFile.base.loss,
      heldOutLossTuned: report.byFile.tuned.loss,
      sample: sampleOf(report),
      activated: verdict.activate,
      reason,
    };
    progress.stage('done', reason);
    return result;
  });
}
