import { type LeanState, type Leans, leansOf, NO_LEANS } from './lean.ts';

/** They move slowly. */
const LOOK_AGAIN_AFTER_MS = 60_000;

/** The newest leans, also those that other windows learned, for who cannot wait for the file that they come from. */
export class Leaning {
  readonly #read: () => Promise<LeanState>;
  readonly #nowMs: () => number;
  #current = NO_LEANS;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(read: () => Promise<LeanState>, nowMs: () => number) {
    this.#read = read;
    this.#nowMs = nowMs;
  }

  get leans(): Leans {
    if (this.#nowMs() - this.#lookedAtMs >= LOOK_AGAIN_AFTER_MS) void this.#look();
    return this.#current;
  }

  async #look(): Promise<void> {
    this.#lookedAtMs = this.#nowMs();
    try {
      this.#current = leansOf(await this.#read());
    } catch {
      // What cannot be read is worth less than a suggestion: it stays as it was.
    }
  }
}
