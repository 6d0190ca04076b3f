/** The one generation that runs, and who waits for it. It outlives a cancelled request while the typed text agrees with it. */

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

  /** Whether what has been written so far may still turn out to be what is typed on the way to `spot`. */
  agrees(spot: Spot): boolean {
    if (this.#controller.signal.aborted) return false;
    const typed = typedBetween(this.spot, spot);
    return typed !== null && (this.#text.startsWith(typed) || typed.startsWith(this.#text));
  }

  /** What is left to write at `spot`; null when cancelled, or when it turned out to be something else. */
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

  /** Nobody may be waiting soon: stops unless somebody joins within `lingerMs`. */
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
