/** Whether somebody is typing, in any window: from a key until half a minute after the last one. A key costs two comparisons. */

/** Typing has ended this long after the last key. */
const QUIET_MS = 30_000;

export interface TypingParts {
  nowMs(): number;
  /** The last key in any window; -Infinity before the first one. */
  lastMs(): Promise<number>;
  /** Calls back after `ms`, without keeping the process alive; returns a function that cancels it. */
  later(ms: number, run: () => void): () => void;
  onChanged(typing: boolean): void;
}

export class Typing {
  readonly #parts: TypingParts;
  #lastKeyMs: number;
  #on = false;
  #cancel = (): void => {};

  constructor(parts: TypingParts) {
    this.#parts = parts;
    // Whoever opened the window is present.
    this.#lastKeyMs = parts.nowMs();
  }

  get on(): boolean {
    return this.#on;
  }

  /** In this window; its opening counts as one. */
  get lastKeyMs(): number {
    return this.#lastKeyMs;
  }

  /** A key in this window, which may not count as typing. */
  key(): void {
    this.#lastKeyMs = this.#parts.nowMs();
  }

  /** A key in any window counts as typing from now on. */
  heard(): void {
    if (this.#on) return;
    this.#on = true;
    this.#parts.onChanged(true);
    this.#untilQuiet();
  }

  async lastKeyAnywhere(): Promise<number> {
    const elsewhere = await this.#parts.lastMs();
    // Looked at last: a key may have come meanwhile.
    const [here, nowMs] = [this.#lastKeyMs, this.#parts.nowMs()];
    return Math.abs(nowMs - here) < Math.abs(nowMs - elsewhere) ? here : elsewhere;
  }

  dispose(): void {
    this.#cancel();
  }

  /** One timer for all keys: it checks when the last one was. */
  #untilQuiet(): void {
    const wait = (ms: number): void => {
      this.#cancel = this.#parts.later(ms, () => void check());
    };
    const check = async (): Promise<void> => {
      const lastMs = await this.lastKeyAnywhere();
      const passed = Math.abs(this.#parts.nowMs() - lastMs);
      if (passed < QUIET_MS) return wait(QUIET_MS - passed);
      this.#on = false;
      this.#parts.onChanged(false);
    };
    wait(QUIET_MS);
  }
}
