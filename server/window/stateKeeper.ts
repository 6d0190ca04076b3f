/**
 * The state behind the panel and the status item, kept in one place; listeners are notified at most four times a second, and not before it
 * is released: at first it says nothing true of the window's folders.
 */
import type { RepotuneState } from '../protocol/index.ts';

const QUIET_MS = 250;

export class StateKeeper {
  #state: RepotuneState;
  readonly #changed: (state: RepotuneState) => void;
  #timer: NodeJS.Timeout | null = null;
  #isReleased = false;
  #lastAtMs = Number.NEGATIVE_INFINITY;

  constructor(initial: RepotuneState, changed: (state: RepotuneState) => void) {
    this.#state = initial;
    this.#changed = changed;
  }

  get current(): RepotuneState {
    return this.#state;
  }

  update(part: Partial<RepotuneState>): void {
    this.#state = { ...this.#state, ...part };
    if (this.#isReleased) this.#tell();
  }

  /** From now on changes are told, beginning with those so far. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#tell();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #tell(): void {
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#lastAtMs + QUIET_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#lastAtMs = performance.now();
      this.#changed(this.#state);
    }, wait);
  }
}
