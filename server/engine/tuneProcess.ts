/** The engine process in role *tune*: one process per job, which can be stopped where it stands while text is generated. */
import type { LoopEvent, LoopOutcome, TrainJob, TuneEngine } from '../tuning/trainJob.ts';
import { EngineChild } from './child.ts';
import { type TuneCommand, tuneAnswer } from './messages.ts';

/** A process that has not answered a stop by then is killed: its checkpoint is on disk. */
const STOP_GRACE_MS = 3000;

export class TuneProcess implements TuneEngine {
  #child: EngineChild | null = null;
  #paused = false;
  #disposed = false;

  /** The process, while a job runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async run(job: TrainJob, onEvent: (event: LoopEvent) => void, signal?: AbortSignal): Promise<LoopOutcome> {
    if (this.#child !== null) return { kind: 'failed', message: 'A tune is running already: stop it first.' };
    if (this.#disposed || signal?.aborted) return { kind: 'stopped' };
    let settle: (outcome: LoopOutcome) => void = () => undefined;
    const outcome = new Promise<LoopOutcome>((resolve) => {
      settle = resolve;
    });
    const child = new EngineChild('tune', {
      onMessage: (message) => {
        const answer = tuneAnswer.parse(message);
        if (answer.kind === 'event') onEvent(answer.event);
        else settle(answer.outcome);
      },
      onDeath: (reason) =>
        settle({
          kind: 'failed',
          message: `The tuning process ${reason}. Start the tune again; earlier adapters are untouched.`,
          died: true,
        }),
    });
    this.#child = child;
    child.send({ kind: 'run', job } satisfies TuneCommand);
    if (this.#paused) child.signal('SIGSTOP');

    let graceTimer: NodeJS.Timeout | null = null;
    const stop = (): void => {
      this.#paused = false;
      child.signal('SIGCONT');
      child.send({ kind: 'stop' } satisfies TuneCommand);
      graceTimer = setTimeout(() => settle({ kind: 'stopped' }), STOP_GRACE_MS);
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await outcome;
    } finally {
      signal?.removeEventListener('abort', stop);
      if (graceTimer !== null) clearTimeout(graceTimer);
      this.#child = null;
      await child.end();
    }
  }

  pause(): void {
    this.#paused = true;
    this.#child?.signal('SIGSTOP');
  }

  resume(): void {
    this.#paused = false;
    this.#child?.signal('SIGCONT');
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#child?.end();
  }
}
