import { type LeanState, type Leans, leansOf, NO_LEANS } from './lean.ts';

/** They move slowly. */
const LOOK_AGAIN_AFTER_MS = 60_000;

/** The newest leans, also those that other windows learned, for who cannot wait for the file that they come from. */
export class Leaning {
  readonly #read: () => Promise<LeanState>;
  readonly #nowMs: () => number;
  readonly #isOn: () => boolean;
  #current = NO_LEANS;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #looks = 0;

  /** `isOn`: whether the person wants statistics. */
  constructor(read: () => Promise<LeanState>, nowMs: () => number, isOn: () => boolean) {
    this.#read = read;
    this.#nowMs = nowMs;
    this.#isOn = isOn;
  }

  get leans(): Leans {
    if (!this.#isOn()) return NO_LEANS;
    if (this.#nowMs() - this.#lookedAtMs >= LOOK_AGAIN_AFTER_MS) void this.#look();
    return this.#current;
  }

  /** They were cleared: what is being read may be from before. */
  forget(): void {
    this.#looks++;
    this.#current = NO_LEANS;
  }

  async #look(): Promise<void> {
    this.#lookedAtMs = this.#nowMs();
    const look = ++this.#looks;
    try {
      const leans = leansOf(await this.#read());
      if (look === this.#looks) this.#current = leans;
    } catch {
      // What cannot be read is worth less than a suggestion: it stays as it was.
    }
  }
}
