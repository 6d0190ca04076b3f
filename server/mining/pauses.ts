import { setImmediate as turn } from 'node:timers/promises';

/** A fifth of what cancelling may take in all. */
const workMs = 40;

/**
 * Turns of the event loop within long synchronous work, without which nobody is heard who cancels, or types. Ask {@link due}
 * between two pieces of the work: it costs next to nothing, where awaiting each time would not.
 */
export class Pauses {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  get due(): boolean {
    return performance.now() - this.#last > workMs;
  }

  /** Rejects with the signal's reason when cancelled. */
  async take(): Promise<void> {
    await turn();
    this.#signal?.throwIfAborted();
    this.#last = performance.now();
  }
}
