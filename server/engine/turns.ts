/**
 * A completion and a tune on the same cores: while text is generated the tune's processes are stopped, whole. Sharing does
 * not work: a busy second process cuts generation to half a token a second whatever its priority (measured).
 */
import type { Pausable } from './brake.ts';

export class Turns {
  readonly #tunes = new Set<Pausable>();
  #generating = 0;

  /** Stops `tune` while text is generated, until the answer is called. */
  attach(tune: Pausable): () => void {
    this.#tunes.add(tune);
    if (this.#generating > 0) tune.pause();
    return () => {
      this.#tunes.delete(tune);
    };
  }

  async generating<T>(work: () => Promise<T>): Promise<T> {
    if (this.#generating++ === 0) for (const tune of this.#tunes) tune.pause();
    try {
      return await work();
    } finally {
      if (--this.#generating === 0) for (const tune of this.#tunes) tune.resume();
    }
  }
}
