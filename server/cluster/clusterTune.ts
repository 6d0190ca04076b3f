/** One repository's tune as reported by the job: progress for its followers, finally an adapter or a failure. */
import { counted } from '../common/format.ts';
import type { ProgressTracker } from '../tuning/progress.ts';
import { explainFailure, explainJob } from './errors.ts';
import type { JobEnd } from './followJob.ts';
import type { JobEvent } from './jobEvents.ts';
import { ReceivedAdapter } from './receivedAdapter.ts';
import type { SubmittedRepository } from './submission.ts';

export interface TrainedThere {
  readonly received: ReceivedAdapter;
  readonly steps: number;
  readonly seconds: number;
  readonly device: string;
  /** Number of workers lost so far. */
  readonly lost: number;
}

type Of<Kind extends JobEvent['kind']> = Extract<JobEvent, { kind: Kind }>;
export type RepositoryEvent = Extract<JobEvent, { repository: number }>;

export class ClusterTune {
  /** Rejects with a message for the user. */
  readonly trained: Promise<TrainedThere>;
  readonly #repository: SubmittedRepository;
  readonly #base: string;
  readonly #host: string;
  readonly #progress: ProgressTracker;
  readonly #received = new ReceivedAdapter();
  readonly #end: { resolve(trained: TrainedThere): void; reject(error: unknown): void };
  #device = '';
  #lost = 0;
  #explained = false;

  constructor(repository: SubmittedRepository, base: string, host: string, progress: ProgressTracker) {
    this.#repository = repository;
    this.#base = base;
    this.#host = host;
    this.#progress = progress;
    const { promise, resolve, reject } = Promise.withResolvers<TrainedThere>();
    this.trained = promise;
    this.#end = { resolve, reject };
    // Whoever awaits it gets the rejection.
    promise.catch(() => {});
  }

  /** Whether the job or the cluster failed: the message of that says what to do. */
  get isExplained(): boolean {
    return this.#explained;
  }

  heard(event: RepositoryEvent): void {
    try {
      this.#heard(event);
    } catch (error) {
      this.#end.reject(error);
    }
  }

  /** Also called for a job that ended without reporting on this tune. */
  jobEnded({ status, message, lines }: JobEnd): void {
    this.failed(explainJob(status, message, lines));
  }

  failed(error: unknown): void {
    this.#explained = true;
    this.#end.reject(error);
  }

  #heard(event: RepositoryEvent): void {
    switch (event.kind) {
      case 'started':
        this.#started(event);
        break;
      case 'step':
        this.#step(event);
        break;
      case 'lost':
        this.#lost++;
        this.#progress.stage(
          'training',
          `A worker of ${this.#host} was lost. Training continues from step ${event.step} as soon as another is free.`,
        );
        break;
      case 'part':
        if (event.part % 50 === 0)
          this.#progress.message(`Fetching the adapter: part ${event.part + 1} of ${event.parts}`);
        this.#received.part(event);
        break;
      case 'file':
        this.#received.file(event);
        break;
      case 'trained':
        this.#end.resolve({
          received: this.#received,
          steps: this.#within(event.steps),
          seconds: event.seconds,
          device: this.#device,
          lost: this.#lost,
        });
        break;
      case 'failed':
        this.failed(explainFailure(event, this.#base));
    }
  }

  /** The number of steps was decided here, whatever the cluster says: nothing counts beyond it. */
  #within(step: number): number {
    return Math.min(step, this.#repository.steps);
  }

  #started({ device, step }: Of<'started'>): void {
    this.#device = device;
    const { steps } = this.#repository;
    const from = step === 0 ? counted(steps, 'step') : `from step ${step} of ${steps}`;
    this.#progress.stage('training', `Training on ${this.#host} (${device}), ${from}`);
  }

  #step({
    step: toldStep,
    loss,
    learning_rate: learningRate,
    gradient_norm: gradientNorm,
    seconds,
    made,
  }: Of<'step'>): void {
    const { steps } = this.#repository;
    const step = this.#within(toldStep);
    const perStep = seconds / Math.max(1, made);
    this.#progress.loop({
      kind: 'step',
      step,
      steps,
      loss,
      learningRate,
      gradientNorm,
      tokensPerSecond: this.#repository.tokensPerStep / Math.max(perStep, 1e-6),
      rssBytes: 0,
      etaSeconds: perStep * (steps - step),
    });
  }
}
