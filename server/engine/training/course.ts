/** How far a run has come, and what is due then: the rate of the next step, an evaluation, the end. */
import type { EndReason } from '../../protocol/tune.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Glances } from './glances.ts';
import { type RunPlan, WHOLE_EVALUATION } from './planRun.ts';
import { type EvaluationPlan, rateAt } from './schedule.ts';
import type { Schedule, TrainJob } from './trainJob.ts';

/** What the run has taken so far. */
export interface CourseSpent {
  seconds(): number;
  /** Of its steps, by tokens trained on; NaN before the first. */
  secondsPerToken(): number;
}

/** How many times slower than planned, or faster, a machine is taken to be. */
const MOST_SLOWER = 3;

type Kept = Pick<Checkpoint, 'schedule' | 'evaluation' | 'step' | 'evaluations'>;

export class Course {
  readonly #adaptToSpeed: boolean;
  readonly #secondsAfter: number;
  readonly #spent: CourseSpent;
  #schedule: Schedule;
  #evaluation: EvaluationPlan;
  #step: number;
  /** Intervals of `evaluateEvery` passed at the last evaluation. */
  #evaluations: number;
  #glances: Glances | null;
  /** Tokens trained on since the run began or went on. */
  #tokensHere = 0;

  /** `from`: a checkpoint's. */
  constructor(
    job: Pick<TrainJob, 'schedule' | 'adaptToSpeed' | 'secondsAfter'>,
    spent: CourseSpent,
    from: Kept | null,
  ) {
    this.#adaptToSpeed = job.adaptToSpeed;
    this.#secondsAfter = job.secondsAfter ?? 0;
    this.#spent = spent;
    this.#schedule = from?.schedule ?? job.schedule;
    this.#evaluation = from?.evaluation ?? WHOLE_EVALUATION;
    this.#step = from?.step ?? 0;
    this.#evaluations = from?.evaluations ?? 0;
    this.#glances = this.#glancesFromHere();
  }

  get state(): Kept {
    const [schedule, evaluation, step, evaluations] = [this.#schedule, this.#evaluation, this.#step, this.#evaluations];
    return { schedule, evaluation, step, evaluations };
  }

  get schedule(): Schedule {
    return this.#schedule;
  }

  /** Steps taken. */
  get step(): number {
    return this.#step;
  }

  /** The machine's speed is known, before the first step. */
  plan({ schedule, evaluation }: Pick<RunPlan, 'schedule' | 'evaluation'>): void {
    this.#schedule = schedule;
    this.#evaluation = evaluation;
    this.#glances = this.#glancesFromHere();
  }

  stepped(tokens: number): void {
    this.#step++;
    this.#tokensHere += tokens;
  }

  /** Of the next step. */
  get rate(): number {
    return rateAt(this.#step, this.#progress, this.#schedule);
  }

  /** In all, as far as can be told now. */
  get steps(): number {
    return Math.max(this.#step, Math.min(this.#schedule.steps, Math.round(this.#step / this.#progress)));
  }

  get secondsToGo(): number {
    return this.#spent.seconds() * Math.max(0, 1 / this.#progress - 1);
  }

  get isOver(): boolean {
    return this.#progress >= 1;
  }

  /** If it is due, it counts as done. */
  evaluationDue(): boolean {
    // Rounding must not delay an evaluation by a step.
    const passed = Math.floor((this.#progress * this.#schedule.steps) / this.#schedule.evaluateEvery + 1e-9);
    if (passed <= this.#evaluations) return false;
    this.#evaluations = passed;
    return true;
  }

  get glanceDue(): boolean {
    return this.#glances?.due(this.#progress, this.#tokensHere * this.#evaluation.forwardsPerStep) ?? false;
  }

  glanced(): void {
    this.#glances?.glanced(this.#progress);
  }

  evaluated(): void {
    this.#glances?.evaluated(this.#progress);
  }

  #glancesFromHere(): Glances | null {
    const { glanceTokens } = this.#evaluation;
    return glanceTokens > 0 ? new Glances(glanceTokens, this.#progress) : null;
  }

  /** Why it ends now. */
  get end(): Extract<EndReason, 'schedule' | 'time-limit' | 'early-stop'> {
    if (this.#step >= this.#schedule.steps) return 'schedule';
    return this.isOver ? 'time-limit' : 'early-stop';
  }

  /**
   * How much of the run is over, 0 to 1: by steps or by time, whichever is further. The rate follows it, so the cosine ends with the run
   * even if the machine slows down on the way.
   */
  get #progress(): number {
    const bySteps = this.#step / this.#schedule.steps;
    if (!this.#adaptToSpeed) return bySteps;
    return Math.max(bySteps, this.#spent.seconds() / (this.#schedule.maxSeconds - this.#reservedSeconds));
  }

  /** Of the training's time: for the last evaluation, and for what measuring afterwards will take beyond the time kept for it. */
  get #reservedSeconds(): number {
    const slower = this.#slower;
    const beyond = this.#secondsAfter * Math.max(0, slower - 1);
    return Math.min(this.#evaluation.finalSeconds * slower + beyond, this.#schedule.maxSeconds / 2);
  }

  /** How many times slower than planned the machine has been so far: mean of the run, so that no busy moment decides. */
  get #slower(): number {
    const { forwardSecondsPerToken, forwardsPerStep } = this.#evaluation;
    const planned = forwardSecondsPerToken * forwardsPerStep;
    const measured = this.#spent.secondsPerToken();
    if (!(planned > 0 && measured > 0)) return 1;
    return Math.min(MOST_SLOWER, Math.max(1 / MOST_SLOWER, measured / planned));
  }
}
