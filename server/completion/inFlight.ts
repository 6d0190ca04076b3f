/** The one running generation and its waiters. It outlives a cancelled request as long as the typed text agrees with it. */

import { restAfter, type Spot, typedBetween } from './cache.ts';
import type { Generation } from './generate.ts';

export class InFlight {
  readonly spot: Spot;
  readonly candidate: number;
  readonly done: Promise<Generation | null>;
  readonly #controller = new AbortController();
  #text = '';
  #waiting = 0;
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
    }).finally(() => this.#stopLingering());
  }

  /** Whether the text written so far is still compatible with what was typed to get to `spot`. */
  agrees(spot: Spot): boolean {
    if (this.#controller.signal.aborted) return false;
    const typed = typedBetween(this.spot, spot);
    return typed !== null && (this.#text.startsWith(typed) || typed.startsWith(this.#text));
  }

  /** The rest at `spot`; null if cancelled, or if the result differs from what was typed. */
  async join(spot: Spot, signal: AbortSignal): Promise<Generation | null> {
    this.#waiting++;
    this.#stopLingering();
    try {
      const generation = await untilAborted(this.done, signal);
      const typed = typedBetween(this.spot, spot);
      return generation === null || typed === null ? null : restAfter(generation, typed);
    } finally {
      this.#waiting--;
    }
  }

  /** A waiter has left: stops unless a request joins within `lingerMs`. */
  release(lingerMs: number): void {
    if (this.#waiting > 0) return;
    if (lingerMs <= 0) this.abort();
    else this.#lingering ??= setTimeout(() => this.abort(), lingerMs);
  }

  abort(): void {
    this.#stopLingering();
    this.#controller.abort();
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
