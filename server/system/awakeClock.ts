/**
 * A clock that stands still while the process does: stopped (a pause, a completion being generated) or asleep with its machine.
 * The system's clocks run on then, and a run would come back from a pause with its time used up.
 */

const TICK_MS = 100;
/** More than this between two ticks was no computing: steps run off the JavaScript thread, which is late by little. */
const MOST_TICK_MS = 250;

export class AwakeClock {
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #lastMs: number;
  #awakeMs = 0;

  /** Ticks until it is disposed; keeps no process alive. */
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
