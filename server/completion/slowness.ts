/** Notices when a model is too slow for the machine it runs on. */

/** People have typed on by then; if most answers are slower, completions only cost power. */
const TOO_SLOW_MS = 2500;
const LEAST_ANSWERS = 12;

export class Slowness {
  #times: number[] = [];
  #told = false;

  /** Adds the time of one answer. True once, when the median of the latest ones is too slow. */
  add(ms: number): boolean {
    this.#times = [...this.#times, ms].slice(-LEAST_ANSWERS);
    if (this.#told || this.#times.length < LEAST_ANSWERS || this.medianMs < TOO_SLOW_MS) return false;
    this.#told = true;
    return true;
  }

  get medianMs(): number {
    return [...this.#times].sort((a, b) => a - b)[Math.floor(this.#times.length / 2)] ?? 0;
  }
}
