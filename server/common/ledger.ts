/** Accounts for time: seconds by part. */
export class Ledger<Part extends string> {
  readonly #nowMs: () => number;
  #spent: Readonly<Record<Part, number>>;

  /** `from`: what was spent before. */
  constructor(nowMs: () => number, from: Readonly<Record<Part, number>>) {
    this.#nowMs = nowMs;
    this.#spent = from;
  }

  get spent(): Readonly<Record<Part, number>> {
    return this.#spent;
  }

  get seconds(): number {
    return Object.values<number>(this.#spent).reduce((sum, seconds) => sum + seconds, 0);
  }

  add(part: Part, seconds: number): void {
    this.#spent = { ...this.#spent, [part]: this.#spent[part] + seconds };
  }

  /** Counts even if `work` fails: the time is gone. */
  async timed<Result>(part: Part, work: () => Promise<Result>): Promise<Result> {
    const startedMs = this.#nowMs();
    try {
      return await work();
    } finally {
      this.add(part, (this.#nowMs() - startedMs) / 1000);
    }
  }
}
