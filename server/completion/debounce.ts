/**
 * How long to wait for another key before asking. For a fast typist, requests go out at pauses only; for a slow one, or
 * after a pause, at once. A slow machine waits less, since its answer comes late anyway.
 */
export interface DebounceLimits {
  readonly mostMs: number;
}

/** Longer gaps are pauses, not a typing rhythm. */
const PAUSE_MS = 1500;
/** Nobody types faster: one key at several cursors, or one command. */
const AT_ONCE_MS = 5;
const NEWEST_WEIGHT = 0.3;

export class Debounce {
  readonly #limits: DebounceLimits;
  #intervalMs = 200;
  #responseMs = 0;
  #lastKeyAtMs = Number.NEGATIVE_INFINITY;

  constructor(limits: DebounceLimits) {
    this.#limits = limits;
  }

  /** An edit that is part of typing, at `nowMs`. */
  key(nowMs: number): void {
    const interval = nowMs - this.#lastKeyAtMs;
    if (interval < AT_ONCE_MS) return;
    this.#lastKeyAtMs = nowMs;
    if (interval < PAUSE_MS) this.#intervalMs += NEWEST_WEIGHT * (interval - this.#intervalMs);
  }

  /** A request took this long. */
  response(ms: number): void {
    this.#responseMs += NEWEST_WEIGHT * (ms - this.#responseMs);
  }

  /** Milliseconds still to wait at `nowMs`; the wait counts from the last key and is at least `leastMs`. */
  waitMs(nowMs: number, leastMs: number): number {
    const wanted = 1.5 * this.#intervalMs - this.#responseMs;
    const total = Math.max(leastMs, Math.min(this.#limits.mostMs, wanted));
    return Math.max(0, total - Math.max(0, nowMs - this.#lastKeyAtMs));
  }
}
