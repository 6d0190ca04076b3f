/** One tune, from folder to stored, judged and possibly activated adapter. */
import { join } from 'node:path';
import { writeLessons } from '../adapters/lessons.ts';
import { refOf } from '../adapters/store.ts';
import { beginProbation } from '../adapters/useFile.ts';
import { Ledger } from '../common/ledger.ts';
import { shortRunNote } from '../common/shortRun.ts';
import { outliving } from '../engine/outliving.ts';
import type { TuneEngine } from '../engine/training/trainJob.ts';
import type { DeviceChoice, LoadedEngine } from '../engine/types.ts';
import { MEASURED_ON, type MeasuredOn } from '../evaluation/evaluateTune.ts';
import { forced, undecidedNote } from '../evaluation/gate.ts';
import { findLessons } from '../evaluation/lessons.ts';
import type { MineProgress } from '../mining/types.ts';
import { formatOf } from '../prompt/index.ts';
import { RUN_PARTS, type RunPart, TRAINING_PARTS, type TuneResult } from '../protocol/tune.ts';
import { restingBytes } from '../tuning/hyperparameters.ts';
import { layoutAdapterFor } from '../tuning/layoutAdapters.ts';
import { minutesOf } from '../tuning/presets.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import { laterSeconds } from '../tuning/timeShares.ts';
import { train } from '../tuning/trainRun.ts';
import type { TuneOptions } from '../tuning/types.ts';
import { usableRival } from '../versions/judgeVersion.ts';
import { sampleOf } from '../versions/lastResult.ts';
import { replacedNote } from '../versions/replaced.ts';
import { clearSuperseded } from '../versions/superseded.ts';
import { materialAgain, materialOf } from './material.ts';
import { besideRival } from './neverLearnedBy.ts';
import { makeReady, makeReadyAgain, type RunToReady } from './readyRun.ts';
import { keepingShown } from './resumeRecord.ts';
import { inRun, type LockHooks } from './runFolder.ts';
import { storeVersion } from './storeVersion.ts';
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
  const { resume = null } = dependencies;
  if (resume !== null) progress.goOn(resume);
  const keepsUp = options.keepUp ?? false;
  const replacesInterrupted = !keepsUp && !(dependencies.background ?? false);
  const hooks = { ...dependencies, signal, replacesInterrupted };
  return await inRun(runId, options, hooks, async (store, runDir) => {
    const ledger = new Ledger<RunPart>(dependencies.nowMs, NOTHING_SPENT_ON_RUN);
    const mining = (step: MineProgress): void => progress.mining(step);
    const { baseSha256, parent, mined, learnedOnScale } = await ledger.timed('mining', () =>
      resume === null
        ? materialOf(options, store, mining, signal)
        : materialAgain(resume, options, store, mining, signal),
    );
    progress.stage('loading', 'Loading the base model');
    const serving = await ledger.timed('loading', () =>
      dependencies.serving(options.modelPath, options.device ?? 'auto'),
    );
    signal.throwIfAborted();
    const serves = await usableRival(store, baseSha256);
    const format = parent?.manifest.prompt ?? formatOf(serving.model);
    const { active, objection, sets: splits } = await besideRival(mined, serves, format, signal);
    const layout = await layoutAdapterFor(baseSha256, format);
    const budgetSeconds = minutesOf(options, serving.model.parameters) * 60;
    const secondsLeft = (): number => budgetSeconds - STORING_SECONDS - (workedMs() - workedFromMs) / 1000;
    const { measuredOn = MEASURED_ON } = dependencies;
    const resting = restingBytes(serving.model);
    const run: RunToReady = {
      ...{
        runId,
        runDir,
        options,
        store,
        baseSha256,
        parent,
        mined,
        splits,
        learnedOnScale,
        active,
        layout,
        serving,
        format,
      },
      startedAtMs: startedMs,
      measuredOn,
      budgetSeconds,
      resting,
      secondsLeft,
      workedMs,
      mayGoOn: replacesInterrupted,
    };
    const { examination, prepared, job, edits, learned, ...ready } = await ledger.timed('preparing', () =>
      resume === null ? makeReady(run, progress, signal) : makeReadyAgain(run, resume, progress, signal),
    );
    // Of another sitting.
    const secondsBefore = resume === null ? 0 : budgetSeconds - ready.secondsLeft + resume.seconds;
    progress.message('Starting the training');
    const wake = resting > 0 ? await serving.engine.rest?.() : undefined;
    const trainingFromMs = dependencies.nowMs();
    const outcome = await keepingShown(runDir, progress, () => train(job, dependencies, progress, signal));
    const trainingSeconds = (dependencies.nowMs() - trainingFromMs) / 1000;
    for (const part of TRAINING_PARTS) ledger.add(part, outcome.spent[part]);
    // Pauses and lost attempts, which the training process does not count. They do not reduce the time for measuring.
    ledger.add('other', Math.max(0, trainingSeconds - outcome.seconds));
    const loadingFromMs = workedMs();
    const adapterFile = join(runDir, job.adapterFile);
    await keepingTrained(adapterFile, signal, async () => {
      await ledger.timed('loading', () => outliving(serving, async () => wake?.(), signal));
      await requireBase(options.modelPath, baseSha256);
    });
    const loadingSeconds = (workedMs() - loadingFromMs) / 1000;

    progress.stage('evaluating', 'Scoring the adapter on held-out files');
    const tuned = { id: runId, path: adapterFile, scale: 1, prompt: format };
    const lessonSeconds = Math.min(MOST_LESSON_SECONDS, LESSON_SHARE * budgetSeconds);
    const allowed = examination.allowedWhen(ready.secondsLeft - outcome.seconds - loadingSeconds - lessonSeconds);
    let storingFromMs = 0;
    const rival = await stillThere(store, active);
    const taught = await stillThere(store, parent);
    const { report, lessons, stored, judged, trained } = await keepingTrained(adapterFile, signal, async () => {
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
        dataset: learned,
        serving,
        job,
        prepared,
        outcome,
        adapterFile,
        parent,
      };
      const asked = { baseSha256, against: rival, objection, keepsUp };
      const { stored, verdict } = await storeVersion(store, runId, { ...facts, report }, asked, dependencies);
      return { report, lessons, stored, judged: verdict, trained };
    });
    // Only informative: a full disk costs the version nothing else.
    await writeLessons(store.dir, stored.id, lessons).catch(() => {});
    const verdict = forced(judged, options.force ?? false);
    const replaced = verdict.activate ? await replacedNote(store, baseSha256) : '';
    // Begun first: a kill between the two would leave a version that serves and is not watched.
    if (keepsUp && parent !== null && taught !== null && verdict.activate)
      await beginProbation(store.dir, { version: stored.id, before: parent.id }, dependencies.nowMs());
    if (verdict.activate) await store.activate(stored.id, verdict.reason, { force: verdict.forced });
    if (keepsUp && parent !== null) await clearSuperseded(store);
    const undecided = undecidedNote(report, verdict, stored.id);
    const notes = [replaced, undecided, shortRunNote(trained), outcome.note ?? ''];
    const reason = [verdict.reason, ...notes].filter((part) => part !== '').join(' ');
    ledger.add('storing', (dependencies.nowMs() - storingFromMs) / 1000);
    const result: TuneResult = {
      runId,
      adapterId: stored.id,
      folder: options.folder,
      files: learned.files,
      pairs: learned.trainPairs,
      edits,
      heldOutPairs: report.byFile.pairs,
      steps: outcome.steps,
      minutes: (secondsBefore + (dependencies.nowMs() - startedMs) / 1000) / 60,
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
