/**
 * A completion and a tune on the same cores: while text is generated the tuning process is stopped, whole. Sharing does
 * not work: a busy second process cuts generation to half a token a second whatever its priority (measured).
 */
import type { TuneEngine } from '../tuning/trainJob.ts';

export class Turns {
  #tuning: TuneEngine | null = null;
  #generating = 0;
  #held = false;

  /** The user holds the tune: it stays stopped between completions too. */
  hold(held: boolean): void {
    this.#held = held;
    if (this.#generating > 0) return;
    if (held) this.#tuning?.pause();
    else this.#tuning?.resume();
  }

  /** `engine`, known here while it runs a job. */
  track(engine: TuneEngine): TuneEngine {
    return {
      run: async (job, onEvent, signal) => {
        this.#tuning = engine;
        if (this.#generating > 0 || this.#held) engine.pause();
        try {
          return await engine.run(job, onEvent, signal);
        } finally {
          if (this.#tuning === engine) this.#tuning = null;
        }
      },
      pause: () => engine.pause(),
      resume: () => engine.resume(),
      dispose: () => engine.dispose(),
    };
  }

  async generating<T>(work: () => Promise<T>): Promise<T> {
    if (this.#generating++ === 0 && !this.#held) this.#tuning?.pause();
    try {
      return await work();
    } finally {
      if (--this.#generating === 0 && !this.#held) this.#tuning?.resume();
    }
  }
}
