/**
 * A clock that stops while the process does: held (a pause, a completion being generated) or asleep with its machine. The system's clocks
 * go on then, and a run would resume with its time used up.
 */

const TICK_MS = 100;
/** A longer gap between two ticks was no computing: steps run off the JavaScript thread, which is never late by much. */
const MOST_TICK_MS = 250;

export class AwakeClock {
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #lastMs: number;
  #awakeMs = 0;

  /** Ticks until disposed; keeps no process alive. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#lastMs = now();
    this.#timer = setInterval(() => this.nowMs(), TICK_MS).unref();
  }

  nowMs(): number {
    const nowMs = this.#now();
    this.#awakeMs += Math.min(nowMs - this.#lastMs, MOST_TICK_MS);
    this.#lastMs = nowMs;
    return this.#awakeMs;
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}
