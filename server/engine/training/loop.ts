/** The training loop. Runs in the engine process in role *tune*; knows the trainer only by its interface. */
import { join } from 'node:path';
import { messageOf } from '../../common/messageOf.ts';
import type { EndReason } from '../../protocol/tune.ts';
import { AwakeClock } from '../../system/awakeClock.ts';
import { codeOf } from '../errorCodes.ts';
import { Diverged, EngineError } from '../errors.ts';
import type { StepResult, Trainer, TrainRow } from '../types.ts';
import { bestScale, type ScaledLoss } from './adapterScale.ts';
import { BatchStream, type DataCursor } from './batches.ts';
import { BestAdapter } from './bestAdapter.ts';
import { type Checkpoint, changesOf, computedBy, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { heeding } from './heeding.ts';
import { calibrationRows, checkVocabulary, steeringRows } from './loopRows.ts';
import { fitToSpeed, predictSeconds, rateAt } from './schedule.ts';
import { readSequences, type Sequence } from './sequences.ts';
import type { LoopEvent, LoopOutcome, Schedule, TrainJob } from './trainJob.ts';

export interface LoopClock {
  /** Monotonic; stands still while the process does. */
  nowMs(): number;
  rssBytes(): number;
}

/**
 * Trains until the schedule, the time or the progress ends, and leaves the best weights in `job.adapterFile`. Takes up the
 * run's checkpoint where there is one. Never rejects: what went wrong is in the outcome.
 */
export async function runLoop(
  trainer: Trainer,
  job: TrainJob,
  onEvent: (event: LoopEvent) => void,
  signal?: AbortSignal,
  clock?: LoopClock,
): Promise<LoopOutcome> {
  const cancel = (): void => trainer.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const awake = new AwakeClock();
  const own = { nowMs: () => awake.nowMs(), rssBytes: () => process.memoryUsage.rss() };
  try {
    const loop = await Loop.start(heeding(trainer, signal), job, onEvent, clock ?? own);
    return await loop.run();
  } catch (error) {
    if (signal?.aborted) return { kind: 'stopped' };
    return failureOf(error);
  } finally {
    awake.dispose();
    signal?.removeEventListener('abort', cancel);
  }
}

export function failureOf(error: unknown): LoopOutcome {
  return { kind: 'failed', code: codeOf(error), message: messageOf(error) };
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
      device: trainer.plan.device,
    });
    if (checkpoint !== null) {
      const changed = changesOf(checkpoint.computed, computedBy(job.trainer.threads, trainer.plan));
      onEvent({ kind: 'resumed', step: checkpoint.step, changed });
    } else {
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
    const heldOut = sequences.filter(({ split }) => split === 'held-out');
    this.#heldOut = steeringRows(heldOut, job.trainer.maxTokens);
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

  async run(): Promise<LoopOutcome> {
    try {
      await this.#untilOver();
    } catch (error) {
      if (error instanceof Diverged) return await this.#endDiverged(error);
      throw error;
    }
    return await this.#endTrained(this.#endReason());
  }

  async #untilOver(): Promise<void> {
    for (;;) {
      await this.#trainStep();
      const over = this.#progress >= 1;
      if (over || this.#evaluationDue()) {
        await this.#evaluate();
        if (over || this.#best.exhausted) return;
      }
      await this.#checkpointIfDue();
    }
  }

  /** What was learned before is worth keeping where it is better than nothing. */
  async #endDiverged({ message }: Diverged): Promise<LoopOutcome> {
    const { learningRate } = this.#schedule;
    if (!this.#best.isBelow(this.#heldOutBefore)) {
      const advice = `Lower the learning rate (it was ${learningRate}) and start the tune again; earlier adapters are untouched.`;
      return { kind: 'failed', code: 'diverged', message: `${message}. ${advice}` };
    }
    const { step } = this.#best.state.best;
    const note = `${message}; the weights of step ${step} are kept. A learning rate below ${learningRate} may get further.`;
    return { ...(await this.#endTrained('diverged')), note };
  }

  async #endTrained(reason: EndReason): Promise<Extract<LoopOutcome, { kind: 'trained' }>> {
    const { loss, scale, step } = await this.#best.finish(join(this.#job.runDir, this.#job.adapterFile));
    return {
      kind: 'trained',
      reason,
      steps: this.#step,
      tokens: this.#tokens,
      seconds: this.#seconds,
      heldOutBefore: this.#heldOutBefore,
      heldOutBest: loss,
      bestStep: step,
      adapterScale: scale,
    };
  }

  /** The loss to beat; its time is the first measure of the machine's speed. */
  async #measureBefore(): Promise<void> {
    const startedMs = this.#clock.nowMs();
    this.#heldOutBefore = await this.#heldOutLoss(1);
    const seconds = (this.#clock.nowMs() - startedMs) / 1000;
    this.#seconds += seconds;
    const forwardSecondsPerToken = seconds / this.#heldOut.reduce((sum, row) => sum + row.tokens.length, 0);
    if (this.#job.adaptToSpeed) {
      this.#schedule = fitToSpeed(this.#schedule, forwardSecondsPerToken, seconds);
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
      throw new Diverged(`the loss is ${result.loss}, the gradient norm ${result.gradientNorm}`);
    } catch (error) {
      if (error instanceof Diverged) throw this.#diverged(this.#step + 1, error.what);
      const reason = messageOf(error);
      throw new Error(`Training failed at step ${this.#step + 1} of ${this.#schedule.steps}: ${reason}`, {
        cause: error,
      });
    }
  }

  #diverged(step: number, what: string): Diverged {
    return new Diverged(what, `Training diverged at step ${step} of ${this.#schedule.steps}: ${what}`);
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
    const scaled = await this.#scaledLoss();
    const best = await this.#best.offer(scaled, this.#step);
    this.#seconds += (this.#clock.nowMs() - startedMs) / 1000;
    this.#onEvent({ kind: 'held-out', step: this.#step, loss: scaled.loss, best });
  }

  async #scaledLoss(): Promise<ScaledLoss> {
    const { adapterScale: scale } = this.#job;
    if (scale !== null) return { scale, loss: await this.#heldOutLoss(scale) };
    return await bestScale((one) => this.#heldOutLoss(one), this.#best.scale);
  }

  async #heldOutLoss(scale: number): Promise<number> {
    const { nll, lossTokens } = await this.#trainer.evaluate(this.#heldOut, scale);
    if (Number.isFinite(nll)) return nll / lossTokens;
    if (this.#step > 0) throw this.#diverged(this.#step, `the held-out loss is ${nll}`);
    const message = `The held-out loss before the first step is ${nll}: choose another base model.`;
    throw new EngineError('model-unsupported', message);
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
        computed: computedBy(trainer.threads, this.#trainer.plan),
      },
      (path) => this.#trainer.saveState(path),
    );
    await this.#best.forgetSuperseded();
  }
}
