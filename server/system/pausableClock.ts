/**
 * Working time, for a time budget. A pause, a completion being generated or a wait for mains power costs nothing, nor does setting the
 * system's clock: otherwise a run paused before its first step would resume with its time used up.
 */
export class PausableClock {
  readonly #now: () => number;
  #stoodStillMs = 0;
  #pausedAtMs: number | null = null;

  /** `now`: a monotonic clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  nowMs(): number {
    return (this.#pausedAtMs ?? this.#now()) - this.#stoodStillMs;
  }

  pause(): void {
    this.#pausedAtMs ??= this.#now();
  }

  resume(): void {
    if (this.#pausedAtMs !== null) this.#stoodStillMs += this.#now() - this.#pausedAtMs;
    this.#pausedAtMs = null;
  }
}
