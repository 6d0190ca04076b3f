/** The training of a run: its job file, and the process that executes it, restarted when it dies. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../common/messageOf.ts';
import { mayHaveDevices } from '../engine/devices.ts';
import { trainingDevice } from '../engine/fastestDevice.ts';
import { forgetMeasured } from '../engine/measuredDevices.ts';
import { checkTrainingDevice } from '../engine/namedDevice.ts';
import { type Checkpoint, readCheckpoint } from '../engine/training/checkpoint.ts';
import { forwardsPerStepOf, planSchedule } from '../engine/training/schedule.ts';
import { writeSequences } from '../engine/training/sequences.ts';
import type { LoopOutcome, TrainJob, TuneEngine } from '../engine/training/trainJob.ts';
import type { DeviceName, LoadedEngine, TrainerConfig } from '../engine/types.ts';
import { TuneError } from './errors.ts';
import { keepUpSchedule } from './keepUp.ts';
import type { Prepared } from './prepare.ts';
import type { ProgressTracker } from './progress.ts';
import type { TuneOptions } from './types.ts';

const LEAST_TRAIN_PAIRS = 200;
/** A short pair; most are longer, so the estimate of how many fit errs upwards. */
export const TOKENS_PER_PAIR = 200;
/** A training step costs at least this many forward passes, however few blocks are adapted. */
const LEAST_PASSES_PER_STEP = 1.5;
const LEAST_TRAINING_SECONDS = 5;
const CHECKPOINT_SECONDS = 30;

/** Pairs that a run of `seconds` can process, generously: preparing more would waste time. */
export function pairsInTime(seconds: number, scoredTokensPerSecond: number): number {
  return Math.max(
    LEAST_TRAIN_PAIRS,
    Math.ceil((seconds * scoredTokensPerSecond) / LEAST_PASSES_PER_STEP / TOKENS_PER_PAIR),
  );
}

/** What a run leaves in its folder once it is trained. */
export const TRAINED = 'adapter.gguf';

/** Tokens that a run of `seconds` learns from with an adapter on every block, estimated from the base's scoring speed. */
export function tokensInTime(seconds: number, scoredTokensPerSecond: number): number {
  return Math.max(0, seconds * scoredTokensPerSecond) / forwardsPerStepOf({ blocks: 1, adaptedBlocks: 1 });
}

export async function makeJob(
  runId: string,
  runDir: string,
  trainer: TrainerConfig,
  { model }: LoadedEngine,
  prepared: Prepared,
  { learningRate, keepUp = false }: TuneOptions,
  secondsLeft: number,
  {
    preflight,
    secondsAfter,
    ...adapter
  }: Pick<TrainJob, 'initialAdapter' | 'adapterScale' | 'preflight' | 'secondsAfter'>,
): Promise<TrainJob> {
  const sequencesFile = 'sequences.bin';
  const { train: pairs, steering, edits = [] } = prepared;
  await writeSequences(join(runDir, sequencesFile), [...pairs.sequences, ...edits, ...steering]);
  const trainTokens = edits.reduce((sum, { tokens }) => sum + tokens.length, pairs.tokens);
  const usual = planSchedule({
    trainTokens,
    parameters: model.parameters,
    maxSeconds: Math.max(LEAST_TRAINING_SECONDS, secondsLeft),
    ...(learningRate === undefined ? {} : { learningRate }),
  });
  return {
    runId,
    runDir,
    trainer,
    schedule: keepUp ? keepUpSchedule(usual, trainTokens) : usual,
    adaptToSpeed: true,
    ...adapter,
    sequencesFile,
    adapterFile: TRAINED,
    checkpointFile: 'checkpoint.json',
    checkpointEverySeconds: CHECKPOINT_SECONDS,
    ...(preflight === undefined ? {} : { preflight }),
    ...(secondsAfter === undefined ? {} : { secondsAfter }),
  };
}

export type Trained = Extract<LoopOutcome, { kind: 'trained' }>;

export interface TrainDependencies {
  createTuneEngine(): TuneEngine;
  /** The device that `auto` means for training. */
  readonly fastest?: typeof trainingDevice;
  /** Rejects if a named device computes something else than the CPU. */
  readonly check?: typeof checkTrainingDevice;
  /** Rejects with the signal's reason when that aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Waits before a process that died without progress is started again: the memory that others took may be free by then. */
const PAUSES_MS = [10_000, 60_000];

async function deviceFor(
  trainer: TrainerConfig,
  fastest: typeof trainingDevice,
  check: typeof checkTrainingDevice,
  progress: Pick<ProgressTracker, 'stage'>,
  signal: AbortSignal,
): Promise<DeviceName> {
  if (trainer.device !== 'auto') {
    if (trainer.device !== 'cpu') progress.stage('loading', `Comparing a step on ${trainer.device} with the CPU`);
    await check(trainer, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new TuneError(messageOf(error));
    });
    return trainer.device;
  }
  if (mayHaveDevices('auto')) progress.stage('loading', 'Timing a step on each device');
  return await fastest(trainer, signal);
}

/**
 * A process that dies (out of memory because of others) is restarted from the checkpoint; where it made no progress, twice more and after
 * a pause. If a GPU may have been the cause, the CPU takes over: a driver that failed once takes the next process down too.
 */
export async function train(
  job: TrainJob,
  { createTuneEngine, fastest = trainingDevice, check = checkTrainingDevice, wait = pause }: TrainDependencies,
  progress: Pick<ProgressTracker, 'loop' | 'stage'>,
  signal: AbortSignal,
): Promise<Trained> {
  let device = await deviceFor(job.trainer, fastest, check, progress, signal);
  for (let reached = 0, pauses = 0; ; ) {
    const engine = createTuneEngine();
    let computing = device === 'cpu' ? 'CPU' : 'the device';
    const outcome = await engine
      .run(
        { ...job, trainer: { ...job.trainer, device } },
        (event) => {
          if (event.kind === 'loaded') computing = event.device;
          progress.loop(event);
        },
        signal,
      )
      .finally(() => engine.dispose());
    if (outcome.kind === 'trained') return outcome;
    signal.throwIfAborted();
    if (outcome.kind === 'stopped') throw new TuneError('The tune was stopped.');
    const checkpoint = await readCheckpoint(join(job.runDir, job.checkpointFile), job.runId);
    if (outcome.code === 'diverged' && checkpoint !== null) throw divergedFrom(checkpoint, job.runDir, outcome.message);
    if (outcome.code !== 'process-died' && outcome.code !== 'device-failed')
      throw new TuneError(outcome.message, { tooShort: outcome.code === 'too-short' });
    const step = checkpoint?.step ?? 0;
    // As stages, since these are always shown: a message about what stopped the run must be readable before it continues.
    if (device !== 'cpu' && computing !== 'CPU') {
      device = 'cpu';
      await forgetMeasured(job.trainer.modelPath);
      progress.stage('loading', `${outcome.message} Training continues on the CPU from step ${step}.`);
    } else if (step > reached) {
      pauses = 0;
      progress.stage('loading', `${outcome.message} Training continues from step ${step}.`);
    } else if (step > 0 && pauses < PAUSES_MS.length) {
      const ms = PAUSES_MS[pauses++]!;
      progress.stage('loading', `${outcome.message} Training continues from step ${step} in ${ms / 1000} seconds.`);
      await wait(ms, signal);
    } else {
      // With a checkpoint, whoever shows this may be able to offer to go on from there.
      throw new TuneError(
        `${outcome.message}${step > 0 ? ' Earlier' : ' Start the tune again; earlier'} adapters are untouched.`,
      );
    }
    reached = step;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function divergedFrom({ step }: Checkpoint, runDir: string, message: string): TuneError {
  return new TuneError(`${message} The last good checkpoint, of step ${step}, is kept until the next tune: ${runDir}`, {
    keepsRun: true,
    isFinal: true,
  });
}
