/** The training loop. Runs in the engine process in role *tune*; knows the trainer only by its interface. */
import { join } from 'node:path';
import { Ledger } from '../../common/ledger.ts';
import { messageOf } from '../../common/messageOf.ts';
import type { EndReason, TrainingPart } from '../../protocol/tune.ts';
import { codeOf } from '../errorCodes.ts';
import { Diverged, EngineError } from '../errors.ts';
import type { StepResult, Trainer, TrainRow } from '../types.ts';
import { bestScale, type ScaledLoss } from './adapterScale.ts';
import { BatchStream, type DataCursor } from './batches.ts';
import { BestAdapter } from './bestAdapter.ts';
import { type Checkpoint, changesOf, computedBy, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { Course, type CourseSpent } from './course.ts';
import { heeding } from './heeding.ts';
import { loadedEvent } from './loadedEvent.ts';
import { calibrationRows, checkVocabulary, steeringRows } from './loopRows.ts';
import { timedPlan } from './planRun.ts';
import { LEAST_TOKENS_PER_STEP, searchesAt } from './schedule.ts';
import { readSequences, type Sequence } from './sequences.ts';
import { Steering } from './steering.ts';
import { type LoopEvent, type LoopOutcome, NOTHING_SPENT, type TrainJob } from './trainJob.ts';
import { Writing } from './writing.ts';

export interface LoopClock {
  /** Monotonic; stops while the process is stopped. */
  nowMs(): number;
  rssBytes(): number;
  /** Defaults to the system's. */
  sleep?(ms: number): Promise<unknown>;
}

const UNPAUSED: LoopClock = { nowMs: () => performance.now(), rssBytes: () => process.memoryUsage.rss() };

/**
 * Trains until the schedule, the time or progress ends, and leaves the best weights in `job.adapterFile`. Resumes from the run's checkpoint
 * if there is one. Never rejects: the outcome says what went wrong.
 */
export async function runLoop(
  trainer: Trainer,
  job: TrainJob,
  onEvent: (event: LoopEvent) => void,
  signal?: AbortSignal,
  clock: LoopClock = UNPAUSED,
  /** Spent before: starting the process, and loading the base. */
  openingSeconds = 0,
): Promise<LoopOutcome> {
  const cancel = (): void => trainer.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const loop = await Loop.start(heeding(trainer, signal), job, onEvent, clock, openingSeconds);
    return await loop.run();
  } catch (error) {
    if (signal?.aborted) return { kind: 'stopped' };
    return failureOf(error);
  } finally {
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
  readonly #steering: Steering;
  readonly #ledger: Ledger<TrainingPart>;
  readonly #best: BestAdapter;
  readonly #writing: Writing;
  #batches: BatchStream;
  readonly #course: Course;
  #tokens: number;
  #heldOutBefore: number;
  #lastCheckpointMs: number;

  static async start(
    trainer: Trainer,
    job: TrainJob,
    onEvent: (event: LoopEvent) => void,
    clock: LoopClock,
    openingSeconds: number,
  ): Promise<Loop> {
    const sequences = await readSequences(join(job.runDir, job.sequencesFile));
    checkVocabulary(sequences, trainer.model.vocabularySize);
    const train = sequences.filter(({ split }) => split === 'train');
    // Before resuming: the same text gives a resumed run the same base.
    const startedMs = clock.nowMs();
    const calibration = await trainer.calibrate(calibrationRows(train, job.trainer.maxTokens));
    const opening = openingSeconds + (clock.nowMs() - startedMs) / 1000;
    if (calibration.tokens > 0) onEvent({ kind: 'calibrated', ...calibration });
    const checkpoint = await readCheckpoint(join(job.runDir, job.checkpointFile), job.runId);
    if (checkpoint !== null) await trainer.loadState(join(job.runDir, checkpoint.stateFile));
    else if (job.initialAdapter !== null) await trainer.importAdapter(job.initialAdapter);
    const loop = new Loop(trainer, job, onEvent, clock, sequences, checkpoint);
    onEvent(loadedEvent(trainer));
    loop.#ledger.add('opening', opening);
    if (checkpoint !== null) {
      const changed = changesOf(checkpoint.computed, computedBy(job.trainer.threads, trainer.plan));
      onEvent({ kind: 'resumed', step: checkpoint.step, changed });
    } else {
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
    this.#ledger = new Ledger(() => clock.nowMs(), checkpoint?.spent ?? NOTHING_SPENT);
    const spent: CourseSpent = {
      seconds: () => this.#ledger.seconds,
      secondsPerToken: () => this.#ledger.spent.steps / this.#tokens,
    };
    this.#course = new Course(job, spent, checkpoint);
    this.#train = sequences.filter(({ split }) => split === 'train');
    this.#batches = this.#stream(checkpoint?.cursor);
    const heldOut = sequences.filter(({ split }) => split === 'held-out');
    this.#steering = new Steering(trainer, steeringRows(heldOut, job.trainer.maxTokens), checkpoint?.anchor);
    const { evaluation } = this.#course.state;
    this.#steering.limit(evaluation.tokens, evaluation.glanceTokens);
    this.#best = new BestAdapter(trainer, job.runDir, job.schedule.patience, checkpoint);
    this.#writing = new Writing(job.runDir, (message) => onEvent({ kind: 'unwritten', message }), clock.sleep);
    this.#tokens = checkpoint?.tokens ?? 0;
    this.#heldOutBefore = checkpoint?.heldOutBefore ?? Number.NaN;
    this.#lastCheckpointMs = clock.nowMs();
  }

  #stream(cursor?: DataCursor): BatchStream {
    const { maxTokens, seed } = this.#job.trainer;
    const { tokensPerStep, promptWeight, promptEvery } = this.#course.schedule;
    // Short steps use short rows, which still hold any sequence cut for training.
    const rowTokens = Math.min(maxTokens, Math.max(LEAST_TOKENS_PER_STEP, tokensPerStep));
    return new BatchStream(
      this.#train,
      { maxTokens: rowTokens, tokensPerStep, promptWeight, promptEvery, seed },
      cursor,
    );
  }

  async run(): Promise<LoopOutcome> {
    try {
      await this.#untilOver();
    } catch (error) {
      if (error instanceof Diverged) return await this.#endDiverged(error);
      throw error;
    }
    return await this.#endTrained(this.#course.end);
  }

  async #untilOver(): Promise<void> {
    for (;;) {
      await this.#trainStep();
      const over = this.#course.isOver;
      if (over || this.#course.evaluationDue()) {
        await this.#evaluate(over);
        if (over || this.#best.exhausted) return;
      } else if (this.#course.glanceDue) await this.#glance();
      await this.#checkpointIfDue();
    }
  }

  /** What was learned before the divergence is kept if it is better than the start. */
  async #endDiverged({ message }: Diverged): Promise<LoopOutcome> {
    const { learningRate } = this.#course.schedule;
    if (!this.#best.isBelow(this.#heldOutBefore)) {
      const advice = `Lower the learning rate (it was ${learningRate}) and start the tune again; earlier adapters are untouched.`;
      return { kind: 'failed', code: 'diverged', message: `${message}. ${advice}` };
    }
    const { step } = this.#best.state.best;
    const note = `${message}; the weights of step ${step} are kept. A learning rate below ${learningRate} may get further.`;
    return { ...(await this.#endTrained('diverged')), note };
  }

  async #endTrained(reason: EndReason): Promise<Extract<LoopOutcome, { kind: 'trained' }>> {
    const path = join(this.#job.runDir, this.#job.adapterFile);
    const { loss, scale, step } = await this.#writing.finish(() => this.#best.finish(path));
    return {
      kind: 'trained',
      reason,
      steps: this.#course.step,
      tokens: this.#tokens,
      seconds: this.#ledger.seconds,
      spent: this.#ledger.spent,
      heldOutBefore: this.#heldOutBefore,
      heldOutBest: loss,
      bestStep: step,
      adapterScale: scale,
    };
  }

  /** The loss to beat; its time also gives the first measure of the machine's speed. */
  async #measureBefore(): Promise<void> {
    // One that is continued at a scale of its own served at that.
    const scale = this.#job.adapterScale ?? 1;
    const { planned, losses, ...plan } = await this.#ledger.timed('evaluations', () =>
      timedPlan(this.#job, this.#steering, {
        epochTokens: this.#train.reduce((sum, { tokens }) => sum + tokens.length, 0),
        computing: { ...this.#trainer.plan, parameters: this.#trainer.model.parameters },
        scale,
        secondsLeft: () => this.#course.schedule.maxSeconds - this.#ledger.seconds,
        nowMs: () => this.#clock.nowMs(),
      }),
    );
    this.#course.plan(plan);
    this.#batches = this.#stream();
    const before = this.#ledger.timed('evaluations', () => this.#steering.loss(scale, losses));
    this.#heldOutBefore = this.#finite(await before);
    this.#steering.evaluated({ scale, loss: this.#heldOutBefore });
    this.#onEvent(planned);
    this.#onEvent({ kind: 'held-out', step: 0, loss: this.#heldOutBefore, best: false });
  }

  async #trainStep(): Promise<void> {
    const rows = this.#batches.next();
    const { rate } = this.#course;
    const before = this.#ledger.spent.steps;
    const result = await this.#ledger.timed('steps', () => this.#finiteStep(rows, rate));
    const seconds = this.#ledger.spent.steps - before;
    const tokens = rows.reduce((sum, row) => sum + row.tokens.length, 0);
    this.#course.stepped(tokens);
    this.#tokens += tokens;
    this.#onEvent({
      kind: 'step',
      step: this.#course.step,
      steps: this.#course.steps,
      loss: result.loss,
      learningRate: rate,
      gradientNorm: result.gradientNorm,
      tokensPerSecond: tokens / Math.max(seconds, 1e-6),
      rssBytes: this.#clock.rssBytes(),
      etaSeconds: this.#course.secondsToGo,
    });
  }

  async #finiteStep(rows: readonly TrainRow[], rate: number): Promise<StepResult> {
    try {
      const result = await this.#trainer.step(rows, rate);
      if (Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm)) return result;
      throw new Diverged(`the loss is ${result.loss}, the gradient norm ${result.gradientNorm}`);
    } catch (error) {
      const step = this.#course.step + 1;
      if (error instanceof Diverged) throw this.#diverged(step, error.what);
      const reason = messageOf(error);
      throw new Error(`Training failed at step ${step} of ${this.#course.schedule.steps}: ${reason}`, { cause: error });
    }
  }

  #diverged(step: number, what: string): Diverged {
    return new Diverged(what, `Training diverged at step ${step} of ${this.#course.schedule.steps}: ${what}`);
  }

  async #evaluate(over: boolean): Promise<void> {
    const { step } = this.#course;
    const scaled = await this.#ledger.timed('evaluations', () => this.#scaledLoss(over));
    this.#steering.evaluated(scaled);
    this.#course.evaluated();
    const offer = () => this.#writing.attempt(() => this.#best.offer(scaled, step));
    const best = await this.#ledger.timed('checkpoints', offer);
    this.#onEvent({ kind: 'held-out', step, loss: scaled.loss, best: best ?? false });
  }

  /** For people to see: what is kept, and how long to go on, is left to evaluations. */
  async #glance(): Promise<void> {
    const loss = await this.#ledger.timed('evaluations', () => this.#steering.glance());
    this.#course.glanced();
    // Whether it has diverged is for the next step to say.
    if (Number.isFinite(loss)) this.#onEvent({ kind: 'held-out', step: this.#course.step, loss, best: false });
  }

  async #scaledLoss(over: boolean): Promise<ScaledLoss> {
    const scale = this.#job.adapterScale;
    const lossAt = async (one: number): Promise<number> => this.#finite(await this.#steering.loss(one));
    if (scale !== null) return { scale, loss: await lossAt(scale) };
    if (searchesAt(this.#batches.cursor.epoch, over)) return await bestScale(lossAt, this.#best.scale);
    return { scale: this.#best.scale, loss: await lossAt(this.#best.scale) };
  }

  #finite(loss: number): number {
    if (Number.isFinite(loss)) return loss;
    const { step } = this.#course;
    if (step > 0) throw this.#diverged(step, `the held-out loss is ${loss}`);
    const message = `The held-out loss before the first step is ${loss}: choose another base model.`;
    throw new EngineError('model-unsupported', message);
  }

  async #checkpointIfDue(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#lastCheckpointMs < this.#job.checkpointEverySeconds * 1000) return;
    this.#lastCheckpointMs = nowMs;
    await this.#ledger.timed('checkpoints', () => this.#writing.attempt(() => this.#checkpoint()));
  }

  async #checkpoint(): Promise<void> {
    const { runId, runDir, checkpointFile, trainer } = this.#job;
    await writeCheckpoint(
      join(runDir, checkpointFile),
      {
        runId,
        ...this.#course.state,
        cursor: this.#batches.cursor,
        tokens: this.#tokens,
        spent: this.#ledger.spent,
        heldOutBefore: this.#heldOutBefore,
        ...this.#best.state,
        anchor: this.#steering.anchor,
        computed: computedBy(trainer.threads, this.#trainer.plan),
      },
      (path) => this.#trainer.saveState(path),
    );
    await this.#best.forgetSuperseded();
  }
}
