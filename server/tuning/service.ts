/** The tunes of one server: at most one at a time, its progress and its end told to whoever listens. */
import { randomBytes } from 'node:crypto';
import type { TuneAnswer } from '../protocol.ts';
import { messageFor } from './errors.ts';
import type { TuneDependencies } from './pipeline.ts';
import { ProgressTracker } from './progress.ts';
import type { TuneOptions, TuneProgress, TuneResult } from './types.ts';

export interface TuneListener {
  /** At most four times a second, and at every change of stage. The last one has stage done, failed or stopped. */
  onProgress(progress: TuneProgress): void;
  onResult(result: TuneResult): void;
  /** One message for the user. */
  onFailure(message: string): void;
}

interface Run {
  readonly progress: ProgressTracker;
  readonly abort: AbortController;
  ended: Promise<void>;
}

export class TuneService {
  readonly #dependencies: TuneDependencies;
  readonly #listener: TuneListener;
  #run: Run | null = null;
  #last: TuneProgress | null = null;

  constructor(dependencies: TuneDependencies, listener: TuneListener) {
    this.#dependencies = dependencies;
    this.#listener = listener;
  }

  /** The run in progress, else the last one's end. */
  get progress(): TuneProgress | null {
    return this.#run?.progress.current ?? this.#last;
  }

  get running(): boolean {
    return this.#run !== null;
  }

  /** Starts a run in the background. */
  start(options: TuneOptions): TuneAnswer {
    if (this.#run !== null) {
      return {
        kind: 'refused',
        message: `A tune of ${this.#run.progress.current.folder} is already running. Stop it first, or wait for it.`,
      };
    }
    const runId = newRunId(this.#dependencies.nowMs());
    const progress = new ProgressTracker(runId, options.folder, this.#dependencies.nowMs, (snapshot) =>
      this.#listener.onProgress(snapshot),
    );
    const abort = new AbortController();
    const run: Run = { progress, abort, ended: Promise.resolve() };
    this.#run = run;
    run.ended = this.#carryOut(runId, options, run);
    return { kind: 'started', runId };
  }

  /** Whether something was running; resolves when it has ended. */
  async stop(): Promise<boolean> {
    const run = this.#run;
    if (run === null) return false;
    run.abort.abort();
    await run.ended;
    return true;
  }

  async dispose(): Promise<void> {
    await this.stop();
  }

  async #carryOut(runId: string, options: TuneOptions, run: Run): Promise<void> {
    const { progress, abort } = run;
    let end: () => void;
    try {
      const { runTune } = await import('./pipeline.ts');
      const result = await runTune(runId, options, this.#dependencies, progress, abort.signal);
      end = () => this.#listener.onResult(result);
    } catch (error) {
      if (abort.signal.aborted) {
        progress.stage('stopped', 'Stopped. Nothing was changed.');
        end = () => {};
      } else {
        const message = messageFor(error);
        progress.stage('failed', message);
        end = () => this.#listener.onFailure(message);
      }
    }
    this.#last = progress.current;
    this.#run = null;
    end();
  }
}

export function newRunId(nowMs: number): string {
  return `run-${new Date(nowMs).toISOString().slice(0, 19).replace(/[-:T]/g, '')}-${randomBytes(3).toString('hex')}`;
}
