/**
 * How long something has worked, for what it may take. A pause, a completion being generated or a wait for mains power costs it nothing, and
 * neither does a clock of the system that is set: otherwise a run that was paused before its first step would come back with its time used up.
 */
export class PausableClock {
  readonly #now: () => number;
  #stoodStillMs = 0;
  #pausedAtMs: number | null = null;

  /** `now`: one that is never set. */
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
