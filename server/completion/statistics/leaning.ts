import { type LeanState, type Leans, leansOf, NO_LEANS } from './lean.ts';

/** Leans move slowly. */
const LOOK_AGAIN_AFTER_MS = 60_000;

/** The latest leans, including what other windows learned, for callers that cannot wait for the file. */
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

  /** They were cleared: a read under way may predate that. */
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
      // Not worth failing a suggestion for: the leans stay as they were.
    }
  }
}
