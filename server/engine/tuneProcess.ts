/** The engine process in role *tune*: one process per job, which can be suspended while text is generated. */
import { statSync } from 'node:fs';
import { EngineChild } from './child.ts';
import { type TuneCommand, tuneAnswer } from './messages.ts';
import { hungFor, trainingPatienceMs } from './patience.ts';
import type { LoopEvent, LoopOutcome, TrainJob, TuneEngine } from './training/trainJob.ts';
import { Watchdog } from './watchdog.ts';

/** For the process to end by itself. While it loads a model it reads no messages, and a stopped run keeps nothing. */
const STOP_GRACE_MS = 50;

interface TuneProcessOptions {
  /** Whether a process can be suspended by a signal; otherwise it is asked to wait. */
  readonly hasSignals?: boolean;
  /** How long the process may be silent before it counts as hung, given what is usual. */
  readonly patienceMs?: (usualMs: number) => number;
}

export class TuneProcess implements TuneEngine {
  readonly #hasSignals: boolean;
  readonly #patienceMs: (usualMs: number) => number;
  readonly #watchdog = new Watchdog((silentMs) => this.#child?.giveUp(hungFor(silentMs)));
  #child: EngineChild | null = null;
  /** Resolves when the previously stopped process has ended. */
  #ended: Promise<void> = Promise.resolve();
  #paused = false;
  #disposed = false;

  constructor({
    hasSignals = process.platform !== 'win32',
    patienceMs = (usualMs) => usualMs,
  }: TuneProcessOptions = {}) {
    this.#hasSignals = hasSignals;
    this.#patienceMs = patienceMs;
  }

  /** Of the process while a job runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async run(job: TrainJob, onEvent: (event: LoopEvent) => void, signal?: AbortSignal): Promise<LoopOutcome> {
    if (this.#child !== null)
      return { kind: 'failed', code: 'busy', message: 'A tune is running already: stop it first.' };
    if (this.#disposed || signal?.aborted) return { kind: 'stopped' };
    const bytes = statSync(job.trainer.modelPath, { throwIfNoEntry: false })?.size ?? 0;
    const usualMs = trainingPatienceMs(bytes, job.schedule.maxSeconds);
    const watch = this.#watchdog.watch({ patienceMs: () => this.#patienceMs(usualMs) });
    let settle: (outcome: LoopOutcome) => void = () => undefined;
    const outcome = new Promise<LoopOutcome>((resolve) => {
      settle = resolve;
    });
    const child: EngineChild = new EngineChild('tune', {
      onMessage: (message) => {
        if (this.#child !== child) return;
        watch.heard();
        const { data: answer } = tuneAnswer.safeParse(message);
        if (answer === undefined)
          settle({
            kind: 'failed',
            code: 'diverged',
            message: 'The tune computed values that are not numbers. Tune again.',
          });
        else if (answer.kind === 'event') onEvent(answer.event);
        else settle(answer.outcome);
      },
      onDeath: (reason) =>
        settle({
          kind: 'failed',
          code: 'process-died',
          message: `The tuning process ${reason}.`,
        }),
    });
    this.#child = child;
    child.send({ kind: 'run', job } satisfies TuneCommand);
    this.#watchdog.hold(false);
    if (this.#paused) this.#hold(true);

    const stop = (): void => {
      this.#paused = false;
      this.#child = null;
      child.send({ kind: 'stop' } satisfies TuneCommand);
      this.#ended = child.end(STOP_GRACE_MS);
      settle({ kind: 'stopped' });
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await outcome;
    } finally {
      watch.abandon();
      signal?.removeEventListener('abort', stop);
      if (this.#child === child) {
        this.#child = null;
        await child.end();
      }
    }
  }

  pause(): void {
    this.#paused = true;
    this.#hold(true);
  }

  resume(): void {
    this.#paused = false;
    this.#hold(false);
  }

  #hold(held: boolean): void {
    this.#watchdog.hold(held);
    if (this.#hasSignals) this.#child?.signal(held ? 'SIGSTOP' : 'SIGCONT');
    else this.#child?.send({ kind: 'hold', held } satisfies TuneCommand);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all([this.#child?.end(), this.#ended]);
  }
}
