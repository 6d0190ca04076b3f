/** When a process that dies is restarted: at once, then with growing delays, and not for ever. */
export type RestartDecision = { readonly kind: 'after'; readonly ms: number } | { readonly kind: 'give-up' };

const WINDOW_MS = 60_000;
/** Delays before the first and second restart within the window; the third death ends it. */
const DELAYS_MS = [0, 1000];

export class Restarts {
  readonly #nowMs: () => number;
  #deaths: number[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Call at each death. */
  next(): RestartDecision {
    const now = this.#nowMs();
    this.#deaths = [...this.#deaths.filter((at) => now - at < WINDOW_MS), now];
    const ms = DELAYS_MS[this.#deaths.length - 1];
    return ms === undefined ? { kind: 'give-up' } : { kind: 'after', ms };
  }

  /** The user asked again: start over. */
  reset(): void {
    this.#deaths = [];
  }
}
