/** When to read ahead: while nothing is asked, around the last request's place, where the cursor rests, or in a file just opened. */
import { codeOf } from '../engine/errorCodes.ts';
import type { CompletionTarget, Serving } from './generate.ts';
import { readAround, readAt, readBeginning } from './readAhead.ts';

export interface ReaderDependencies {
  /** Whether there is time and power for unrequested work. */
  isWelcome(): boolean;
  nowMs(): number;
  onError(error: unknown): void;
}

/** Somebody who wrote elsewhere a moment ago will return there: a file only looked at must not evict what was read for it. */
const BUSY_MS = 10_000;
/** A cursor put elsewhere says more, unless it comes with a key. */
const BUSY_BEFORE_REST_MS = 2000;

export class Reader {
  readonly #dependencies: ReaderDependencies;
  #reading: AbortController | null = null;
  /** What to read next; resumed after every key until it is done. */
  #wanted: ((signal: AbortSignal) => Promise<boolean>) | null = null;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(dependencies: ReaderDependencies) {
    this.#dependencies = dependencies;
  }

  /** An answer came from a shortened prompt; `goOn` starts reading the rest. */
  want(target: CompletionTarget, serving: Serving, freshTokens: number): void {
    this.#wanted = (signal) => readAround(target, serving, freshTokens, signal);
  }

  async opened(target: CompletionTarget, serving: Serving, freshTokens: number): Promise<void> {
    // What can be read in time on request need not be read ahead.
    if (this.#idleMs < BUSY_MS || freshTokens >= serving.model.contextLength) return;
    this.#wanted = async (signal) => {
      await readBeginning(target, serving, signal);
      return !signal.aborted;
    };
    await this.goOn();
  }

  /** The cursor rests at a place where nothing was asked. */
  async rested(target: CompletionTarget, serving: Serving, freshTokens: number): Promise<void> {
    if (this.#idleMs < BUSY_BEFORE_REST_MS) return;
    this.#reading?.abort();
    this.#reading = null;
    this.#wanted = (signal) => readAt(target, serving, freshTokens, signal);
    await this.goOn();
  }

  /** Since the last key. */
  get #idleMs(): number {
    return this.#dependencies.nowMs() - this.#askedAtMs;
  }

  /** A key came. */
  stop(): void {
    this.#askedAtMs = this.#dependencies.nowMs();
    this.#reading?.abort();
    this.#reading = null;
  }

  /** What was to be read is no longer of use. */
  forget(): void {
    this.stop();
    this.#wanted = null;
  }

  /** The engine is idle. */
  async goOn(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === null || this.#reading !== null || !this.#dependencies.isWelcome()) return;
    const mine = new AbortController();
    this.#reading = mine;
    try {
      const done = await wanted(mine.signal);
      if (done && this.#wanted === wanted) this.#wanted = null;
    } catch (error) {
      // Whoever aborted it may have closed the engine, too.
      if (mine.signal.aborted) return;
      this.#wanted = null;
      // Another base or device was chosen since: what was to be read was for the engine before.
      if (codeOf(error) !== 'closed') this.#dependencies.onError(error);
    } finally {
      if (this.#reading === mine) this.#reading = null;
    }
  }
}
