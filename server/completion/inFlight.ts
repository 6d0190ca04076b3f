/** The one running generation and its waiters. It outlives a cancelled request as long as the typed text agrees with it. */

import { restAt, type Spot, typedBetween } from './cache.ts';
import type { Generation } from './generate.ts';

interface Waiter {
  /** What was typed since the generation was asked for. */
  readonly typed: string;
  readonly signal: AbortSignal;
}

export class InFlight {
  readonly spot: Spot;
  readonly candidate: number;
  readonly done: Promise<Generation | null>;
  readonly #controller = new AbortController();
  readonly #waiters = new Set<Waiter>();
  #text = '';
  #lingering: NodeJS.Timeout | null = null;

  constructor(
    spot: Spot,
    candidate: number,
    run: (signal: AbortSignal, onText: (text: string) => void) => Promise<Generation | null>,
  ) {
    this.spot = spot;
    this.candidate = candidate;
    this.done = run(this.#controller.signal, (text) => {
      this.#text = text;
      this.#stopIfUseless();
    }).finally(() => this.#stopLingering());
  }

  /** Whether the text written so far is still compatible with what was typed to get to `spot`. */
  agrees(spot: Spot): boolean {
    if (this.isAborted) return false;
    const typed = typedBetween(this.spot, spot);
    return typed !== null && this.#fits(typed);
  }

  get isAborted(): boolean {
    return this.#controller.signal.aborted;
  }

  /** The rest at `spot`; null if cancelled, or as soon as the text differs from what was typed. */
  async join(spot: Spot, signal: AbortSignal): Promise<Generation | null> {
    const typed = typedBetween(this.spot, spot);
    if (typed === null) return null;
    const waiter = { typed, signal };
    this.#waiters.add(waiter);
    this.#stopLingering();
    try {
      const generation = await untilAborted(this.done, signal);
      return generation === null ? null : restAt(generation, this.spot, spot);
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  /** A waiter has left: stops unless a request joins within `lingerMs`. */
  release(lingerMs: number): void {
    if (this.#waiters.size > 0) return;
    if (lingerMs <= 0) this.abort();
    else this.#lingering ??= setTimeout(() => this.abort(), lingerMs);
  }

  abort(): void {
    this.#stopLingering();
    this.#controller.abort();
  }

  #fits(typed: string): boolean {
    return this.#text.startsWith(typed) || typed.startsWith(this.#text);
  }

  /** Who typed on before the first word was written, and differently, needs another generation at once. */
  #stopIfUseless(): void {
    const waiting = [...this.#waiters].filter(({ signal }) => !signal.aborted);
    if (waiting.length > 0 && !waiting.some(({ typed }) => this.#fits(typed))) this.abort();
  }

  #stopLingering(): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  let stop = (): void => {};
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
