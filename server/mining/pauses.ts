import { setImmediate as turn } from 'node:timers/promises';

/** A fifth of the time that cancelling may take. */
const workMs = 40;

/**
 * Yields to the event loop within long synchronous work, so that cancelling and typing are noticed. Check {@link due} between pieces of
 * work: that costs next to nothing, unlike awaiting each time.
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
