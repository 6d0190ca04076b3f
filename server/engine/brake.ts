/** What stands still while there is a reason: a user who paused, a completion being generated, a battery. */
export interface Pausable {
  /** Stops all computing at once until `resume`. */
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

  /** Lets everything go, for good: what is to end must be able to. */
  release(): void {
    for (const reason of [...this.#reasons]) this.set(reason, false);
    this.#released = true;
  }

  /** Stops `target` now where there is a reason, and with every reason to come, until the answer is called. */
  attach(target: Pausable): () => void {
    this.#targets.add(target);
    if (this.#reasons.size > 0) target.pause();
    return () => {
      this.#targets.delete(target);
    };
  }
}
