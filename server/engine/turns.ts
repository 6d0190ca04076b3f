/**
 * A completion and a tune on the same cores: while text is generated, the tune's processes are suspended entirely. Sharing does not work: a
 * busy second process cuts generation to half a token a second whatever its priority (measured).
 */
import type { Pausable } from './brake.ts';

export interface Tuning extends Pausable {
  /** Whether there is anything to pause. */
  isComputing(): boolean;
}

export class Turns {
  readonly #tunes = new Set<Tuning>();
  #generating = 0;

  /** Pauses `tune` whenever text is generated, until the returned function is called. */
  attach(tune: Tuning): () => void {
    this.#tunes.add(tune);
    if (this.#generating > 0) tune.pause();
    return () => {
      this.#tunes.delete(tune);
    };
  }

  /** Whether anything trains on these cores. */
  get isTuning(): boolean {
    return [...this.#tunes].some((tune) => tune.isComputing());
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
