/** How far a run has come, and what is due then: the rate of the next step, an evaluation, the end. */
import type { EndReason } from '../../protocol/tune.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Glances } from './glances.ts';
import { type RunPlan, WHOLE_EVALUATION } from './planRun.ts';
import { type EvaluationPlan, rateAt } from './schedule.ts';
import type { Schedule, TrainJob } from './trainJob.ts';

type Kept = Pick<Checkpoint, 'schedule' | 'evaluation' | 'step' | 'evaluations'>;

export class Course {
  readonly #adaptToSpeed: boolean;
  readonly #seconds: () => number;
  #schedule: Schedule;
  #evaluation: EvaluationPlan;
  #step: number;
  /** Intervals of `evaluateEvery` passed at the last evaluation. */
  #evaluations: number;
  #glances: Glances | null;

  /** `seconds`: of training so far. `from`: a checkpoint's. */
  constructor(job: Pick<TrainJob, 'schedule' | 'adaptToSpeed'>, seconds: () => number, from: Kept | null) {
    this.#adaptToSpeed = job.adaptToSpeed;
    this.#seconds = seconds;
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

  stepped(): void {
    this.#step++;
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
    return this.#seconds() * Math.max(0, 1 / this.#progress - 1);
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
    return this.#glances?.due(this.#progress, this.#seconds(), this.#evaluation.glance.seconds) ?? false;
  }

  /** A glance took so long: the machine may be faster or slower by now than where the plan was made. */
  glanced(seconds: number): void {
    const { glance, finalSeconds, ...rest } = this.#evaluation;
    // Half of the difference, since a busy moment is not the rest of the run.
    const now = (glance.seconds + seconds) / 2;
    const final = Math.min(finalSeconds * (now / glance.seconds), this.#schedule.maxSeconds / 2);
    this.#evaluation = { ...rest, finalSeconds: final, glance: { ...glance, seconds: now } };
    this.#glances?.seen(this.#progress, seconds);
  }

  evaluated(): void {
    this.#glances?.seen(this.#progress);
  }

  #glancesFromHere(): Glances | null {
    return this.#evaluation.glance.tokens > 0 ? new Glances(this.#progress, this.#seconds()) : null;
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
    return Math.max(bySteps, this.#seconds() / (this.#schedule.maxSeconds - this.#evaluation.finalSeconds));
  }
}
