/**
 * A clock that stops while the process does: held (a pause, a completion being generated) or asleep with its machine. The system's clocks
 * go on then, and a run would resume with its time used up.
 */

const TICK_MS = 100;
/** A longer gap between two ticks was no computing: steps run off the JavaScript thread, which is never late by much. */
const MOST_TICK_MS = 250;
/** Where the JavaScript thread itself computes for seconds on end. */
export const BUSY_TICK_MS = 5000;

export class AwakeClock {
  readonly #now: () => number;
  readonly #mostTickMs: number;
  readonly #timer: NodeJS.Timeout;
  #lastMs: number;
  #awakeMs = 0;

  /** Ticks until disposed; keeps no process alive. */
  constructor(now: () => number = () => performance.now(), mostTickMs = MOST_TICK_MS) {
    this.#now = now;
    this.#mostTickMs = mostTickMs;
    this.#lastMs = now();
    this.#timer = setInterval(() => this.nowMs(), TICK_MS).unref();
  }

  nowMs(): number {
    const nowMs = this.#now();
    this.#awakeMs += Math.min(nowMs - this.#lastMs, this.#mostTickMs);
    this.#lastMs = nowMs;
    return this.#awakeMs;
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}
