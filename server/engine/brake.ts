/** Something that stands still while there is a reason: the user paused, a completion is being generated, the machine is on battery. */
export interface Pausable {
  /** Stops all computation at once until `resume`. */
  pause(): void;
  resume(): void;
}

export class Brake {
  readonly #reasons = new Set<unknown>();
  readonly #targets = new Set<Pausable>();
  #released = false;

  set(reason: unknown, on: boolean): void {
    if (this.#released) return;
    const before = this.#reasons.size > 0;
    if (on) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    const now = this.#reasons.size > 0;
    if (before === now) return;
    for (const target of this.#targets) now ? target.pause() : target.resume();
  }

  /** Resumes everything for good: a stopped process could not end. */
  release(): void {
    for (const reason of [...this.#reasons]) this.set(reason, false);
    this.#released = true;
  }

  /** Pauses `target` now if there is a reason, and for every later one, until the returned function is called. */
  attach(target: Pausable): () => void {
    this.#targets.add(target);
    if (this.#reasons.size > 0) target.pause();
    return () => {
      this.#targets.delete(target);
    };
  }
}
