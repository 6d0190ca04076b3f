/** The training loop. Runs in the engine process in role *tune*; knows the trainer only by its interface. */
import { join } from 'node:path';
import { isDeviceFailure } from '../engine/errors.ts';
import type { StepResult, Trainer, TrainRow } from '../engine/types.ts';
import { BatchStream, type DataCursor } from './batches.ts';
import { BestAdapter } from './bestAdapter.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { packRows, toTrainRow } from './packing.ts';
import { fitToSpeed, predictSeconds, rateAt } from './schedule.ts';
import { readSequences, type Sequence } from './sequences.ts';
import type { EndReason, LoopEvent, LoopOutcome, Schedule, TrainJob } from './trainJob.ts';

export interface LoopClock {
  /** Monotonic. */
  nowMs(): number;
  rssBytes(): number;
}

const realClock: LoopClock = { nowMs: () => performance.now(), rssBytes: () => process.memoryUsage.rss() };

/** Held-out tokens measured during training: enough to steer by, cheap beside the steps between. */
const MOST_STEERING_TOKENS = 24_000;
const CALIBRATION_TOKENS = 8192;

/**
 * Trains until the schedule, the time or the progress ends, and leaves the best weights in `job.adapterFile`. Takes up the
 * run's checkpoint where there is one. Never rejects: what went wrong is in the outcome.
 */
export async function runLoop(
  trainer: Trainer,
  job: TrainJob,
  onEvent: (event: LoopEvent) => void,
  signal?: AbortSignal,
  clock: LoopClock = realClock,
): Promise<LoopOutcome> {
  const cancel = (): void => trainer.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const loop = await Loop.start(trainer, job, onEvent, clock);
    return await loop.run(signal);
  } catch (error) {
    if (signal?.aborted) return { kind: 'stopped' };
    return failureOf(error);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

export function failureOf(error: unknown): LoopOutcome {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', message, ...(isDeviceFailure(error) ? { deviceFailed: true } : {}) };
}

class Loop {
  readonly #trainer: Trainer;
  readonly #job: TrainJob;
  readonly #onEvent: (event: LoopEvent) => void;
  readonly #clock: LoopClock;
  readonly #train: readonly Sequence[];
  readonly #heldOut: readonly TrainRow[];
  readonly #best: BestAdapter;
  #batches: BatchStream;
  #schedule: Schedule;
  #step: number;
  #tokens: number;
  #seconds: number;
  #heldOutBefore: number;
  /** Intervals of `evaluateEvery` passed at the last evaluation. */
  #evaluations: number;
  #lastCheckpointMs: number;

  static async start(
    trainer: Trainer,
    job: TrainJob,
    onEvent: (event: LoopEvent) => void,
    clock: LoopClock,
  ): Promise<Loop> {
    const sequences = await readSequences(join(job.runDir, job.sequencesFile));
    checkVocabulary(sequences, trainer.model.vocabularySize);
    const train = sequences.filter(({ split }) => split === 'train');
    // Before anything is taken up: the same text gives the same base to a run that goes on.
    const startedMs = clock.nowMs();
    const calibration = await trainer.calibrate(calibrationRows(train, job.trainer.maxTokens));
    const calibrationSeconds = (clock.nowMs() - startedMs) / 1000;
    if (calibration.tokens > 0) onEvent({ kind: 'calibrated', ...calibration });
    const checkpoint = await readCheckpoint(join(job.runDir, job.checkpointFile), job.runId);
    if (checkpoint !== null) await trainer.loadState(join(job.runDir, checkpoint.stateFile));
    else if (job.initialAdapter !== null) await trainer.importAdapter(job.initialAdapter);
    const loop = new Loop(trainer, job, onEvent, clock, sequences, checkpoint);
    onEvent({
      kind: 'loaded',
      trainableParameters: trainer.trainableParameters,
      baseMegabytes: trainer.model.sizeBytes / 2 ** 20,
      device: trainer.device,
    });
    if (checkpoint === null) {
      loop.#seconds += calibrationSeconds;
      await loop.#measureBefore();
    }
    return loop;
  }

  private constructor(
    trainer: Trainer,
    job: TrainJob,
    onEvent: (event: LoopEvent) => void,
    clock: LoopClock,
    sequences: readonly Sequence[],
    checkpoint: Checkpoint | null,
  ) {
    this.#trainer = trainer;
    this.#job = job;
    this.#onEvent = onEvent;
    this.#clock = clock;
    this.#schedule = checkpoint?.schedule ?? job.schedule;
    this.#train = sequences.filter(({ split }) => split === 'train');
    this.#batches = this.#stream(checkpoint?.cursor);
    const steering = steeringSet(sequences.filter(({ split }) => split === 'held-out'));
    this.#heldOut = packRows(steering, job.trainer.maxTokens).map((row) => toTrainRow(row, 0));
    this.#best = new BestAdapter(trainer, job.runDir, job.schedule.patience, checkpoint);
    this.#step = checkpoint?.step ?? 0;
    this.#tokens = checkpoint?.tokens ?? 0;
    this.#seconds = checkpoint?.seconds ?? 0;
    this.#heldOutBefore = checkpoint?.heldOutBefore ?? Number.NaN;
    this.#evaluations = checkpoint?.evaluations ?? 0;
    this.#lastCheckpointMs = clock.nowMs();
  }

  #stream(cursor?: DataCursor): BatchStream {
    const { maxTokens, seed } = this.#job.trainer;
    const { tokensPerStep, promptWeight } = this.#schedule;
    return new BatchStream(this.#train, { maxTokens, tokensPerStep, promptWeight, seed }, cursor);
  }

  async run(signal?: AbortSignal): Promise<LoopOutcome> {
    for (;;) {
      signal?.throwIfAborted();
      await this.#trainStep();
      const over = this.#progress >= 1;
      if (over || this.#evaluationDue()) {
        await this.#evaluate();
        if (over || this.#best.exhausted) break;
      }
      await this.#checkpointIfDue();
    }
    const reason = this.#endReason();
    const { loss, step } = await this.#best.finish(join(this.#job.runDir, this.#job.adapterFile));
    return {
      kind: 'trained',
      reason,
      steps: this.#step,
      tokens: this.#tokens,
      seconds: this.#seconds,
      heldOutBefore: this.#heldOutBefore,
      heldOutBest: loss,
      bestStep: step,
    };
  }

  /** The loss to beat; its time is the first measure of the machine's speed. */
  async #measureBefore(): Promise<void> {
    const startedMs = this.#clock.nowMs();
    this.#heldOutBefore = await this.#heldOutLoss();
    const seconds = (this.#clock.nowMs() - startedMs) / 1000;
    this.#seconds += seconds;
    const forwardSecondsPerToken = seconds / this.#heldOut.reduce((sum, row) => sum + row.tokens.length, 0);
    if (this.#job.adaptToSpeed) {
      this.#schedule = fitToSpeed(this.#schedule, forwardSecondsPerToken);
      this.#batches = this.#stream();
    }
    const { steps, tokensPerStep } = this.#schedule;
    const predicted = predictSeconds(this.#schedule, forwardSecondsPerToken);
    this.#onEvent({ kind: 'planned', steps, tokens: steps * tokensPerStep, seconds: predicted });
    this.#onEvent({ kind: 'held-out', step: 0, loss: this.#heldOutBefore, best: false });
  }

  async #trainStep(): Promise<void> {
    const rows = this.#batches.next();
    const rate = rateAt(this.#step, this.#progress, this.#schedule);
    const startedMs = this.#clock.nowMs();
    const result = await this.#finiteStep(rows, rate);
    const seconds = (this.#clock.nowMs() - startedMs) / 1000;
    const tokens = rows.reduce((sum, row) => sum + row.tokens.length, 0);
    this.#step++;
    this.#tokens += tokens;
    this.#seconds += seconds;
    this.#onEvent({
      kind: 'step',
      step: this.#step,
      steps: Math.max(this.#step, Math.min(this.#schedule.steps, Math.round(this.#step / this.#progress))),
      loss: result.loss,
      learningRate: rate,
      gradientNorm: result.gradientNorm,
      tokensPerSecond: tokens / Math.max(seconds, 1e-6),
      rssBytes: this.#clock.rssBytes(),
      etaSeconds: this.#seconds * Math.max(0, 1 / this.#progress - 1),
    });
  }

  async #finiteStep(rows: readonly TrainRow[], rate: number): Promise<StepResult> {
    try {
      const result = await this.#trainer.step(rows, rate);
      if (Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm)) return result;
      throw new Error(`the loss is ${result.loss}, the gradient norm ${result.gradientNorm}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Training failed at step ${this.#step + 1} of ${this.#schedule.steps}: ${reason}`, {
        cause: error,
      });
    }
  }

  /**
   * How much of the run is over, 0 to 1: by steps, or by time where that is further. The rate follows it, so the cosine ends
   * with the run even on a machine that becomes slower on the way.
   */
  get #progress(): number {
    const bySteps = this.#step / this.#schedule.steps;
    return this.#job.adaptToSpeed ? Math.max(bySteps, this.#seconds / this.#schedule.maxSeconds) : bySteps;
  }

  #evaluationDue(): boolean {
    // Rounding must not put an evaluation off by a step.
    const passed = Math.floor((this.#progress * this.#schedule.steps) / this.#schedule.evaluateEvery + 1e-9);
    if (passed <= this.#evaluations) return false;
    this.#evaluations = passed;
    return true;
  }

  #endReason(): EndReason {
    if (this.#step >= this.#schedule.steps) return 'schedule';
    return this.#progress >= 1 ? 'time-limit' : 'early-stop';
  }

  async #evaluate(): Promise<void> {
    const startedMs = this.#clock.nowMs();
    const loss = await this.#heldOutLoss();
    const best = await this.#best.offer(loss, this.#step);
    this.#seconds += (this.#clock.nowMs() - startedMs) / 1000;
    this.#onEvent({ kind: 'held-out', step: this.#step, loss, best });
  }

  async #heldOutLoss(): Promise<number> {
    const { nll, lossTokens } = await this.#trainer.evaluate(this.#heldOut);
    if (!Number.isFinite(nll)) throw new Error(`The held-out loss at step ${this.#step} is ${nll}.`);
    return nll / lossTokens;
  }

  async #checkpointIfDue(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastCheckpointMs < this.#job.checkpointEverySeconds * 1000) return;
    this.#lastCheckpointMs = nowMs;
    const { runId, runDir, checkpointFile, trainer } = this.#job;
    await writeCheckpoint(
      join(runDir, checkpointFile),
      {
        runId,
        step: this.#step,
        schedule: this.#schedule,
        cursor: this.#batches.cursor,
        tokens: this.#tokens,
        seconds: this.#seconds,
        heldOutBefore: this.#heldOutBefore,
        evaluations: this.#evaluations,
        ...this.#best.state,
        threads: trainer.threads,
      },
      (path) => this.#trainer.saveState(path),
    );
    await this.#best.forgetSuperseded();
  }
}

/** An even sample of whole sequences. */
function steeringSet(heldOut: readonly Sequence[]): Sequence[] {
  const total = heldOut.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const keepEvery = Math.max(1, Math.ceil(total / MOST_STEERING_TOKENS));
  return heldOut.filter((_, i) => i % keepEvery === 0);
}

/** The first of the text learned from: some thousand tokens tell which inputs matter. */
function calibrationRows(train: readonly Sequence[], maxTokens: number): TrainRow[] {
  let tokens = 0;
  const taken = train.filter((sequence) => {
    if (tokens >= CALIBRATION_TOKENS) return false;
    tokens += sequence.tokens.length;
    return true;
  });
  return packRows(taken, maxTokens).map((row) => toTrainRow(row, 1));
}

function checkVocabulary(sequences: readonly Sequence[], vocabularySize: number): void {
  for (const { tokens } of sequences) {
    const foreign = tokens.find((token) => token < 0 || token >= vocabularySize);
    if (foreign !== undefined) {
      throw new Error(
        `Token ${foreign} is outside the model's vocabulary of ${vocabularySize}: the sequences were made for another model. Start the tune again.`,
      );
    }
  }
}
