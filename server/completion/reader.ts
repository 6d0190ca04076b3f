/** When to read ahead: in moments in which nothing is asked, about the place where something was, or a file just opened. */
import type { CompletionTarget, Serving } from './generate.ts';
import { readAround, readBeginning } from './readAhead.ts';

export interface ReaderDependencies {
  /** Whether there is time and power for what nobody asked for. */
  isWelcome(): boolean;
  nowMs(): number;
  onError(error: unknown): void;
}

/** Who wrote elsewhere a moment ago will go on there: a file that is only looked at must not cost what was read for that. */
const BUSY_MS = 10_000;

export class Reader {
  readonly #dependencies: ReaderDependencies;
  #reading: AbortController | null = null;
  /** Read until it is done, key by key. */
  #wanted: ((signal: AbortSignal) => Promise<boolean>) | null = null;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(dependencies: ReaderDependencies) {
    this.#dependencies = dependencies;
  }

  /** Something was answered from less than the model can see; `goOn` begins to read the rest. */
  want(target: CompletionTarget, serving: Serving, freshTokens: number): void {
    this.#wanted = (signal) => readAround(target, serving, freshTokens, signal);
  }

  async opened(target: CompletionTarget, serving: Serving, freshTokens: number): Promise<void> {
    const idleMs = this.#dependencies.nowMs() - this.#askedAtMs;
    // What can be read in time when it is asked about need not be read before.
    if (idleMs < BUSY_MS || freshTokens >= serving.model.contextLength) return;
    this.#wanted = async (signal) => {
      await readBeginning(target, serving, signal);
      return !signal.aborted;
    };
    await this.goOn();
  }

  /** A key came. */
  stop(): void {
    this.#askedAtMs = this.#dependencies.nowMs();
    this.#reading?.abort();
    this.#reading = null;
  }

  /** Nothing of what was wanted is of use any more. */
  forget(): void {
    this.stop();
    this.#wanted = null;
  }

  /** Nothing is asked just now. */
  async goOn(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === null || this.#reading !== null || !this.#dependencies.isWelcome()) return;
    const mine = new AbortController();
    this.#reading = mine;
    try {
      const done = await wanted(mine.signal);
      if (done && this.#wanted === wanted) this.#wanted = null;
    } catch (error) {
      // Whoever ended it may have closed the engine behind it.
      if (mine.signal.aborted) return;
      this.#wanted = null;
      this.#dependencies.onError(error);
    } finally {
      if (this.#reading === mine) this.#reading = null;
    }
  }
}
