/** Places where the cursor rests: which of them are read, and when. Nothing is looked up for the others, as after every pause in typing. */
import type { Asked, ProviderRequest } from './asked.ts';
import type { Reader } from './reader.ts';

export interface RestingDependencies {
  readonly reader: Pick<Reader, 'leavesInMs' | 'maySeeRest' | 'rested'>;
  /** null where nothing is wanted, or if it fails. */
  look(request: ProviderRequest): Promise<Asked | null>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** For a key, and for what is written ahead after its suggestion. */
const MOST_WAITS = 2;

export class Resting {
  readonly #dependencies: RestingDependencies;
  #newest: AbortController | null = null;
  #typed: ProviderRequest | null = null;

  constructor(dependencies: RestingDependencies) {
    this.#dependencies = dependencies;
  }

  /** A key came: its place has been asked for. */
  typed(request: ProviderRequest): void {
    this.#typed = request;
    this.cancel();
  }

  /** The cursor is not there any more, or nothing is to be read. */
  cancel(): void {
    this.#newest?.abort();
  }

  async rested(request: ProviderRequest): Promise<void> {
    this.cancel();
    const newest = new AbortController();
    this.#newest = newest;
    const { signal } = newest;
    const { reader, look, wait } = this.#dependencies;
    // Typing moves the cursor, too.
    if (reader.leavesInMs > 0 && this.#isTyped(request)) return;
    for (let waits = 0; waits < MOST_WAITS && reader.leavesInMs > 0 && !signal.aborted; waits++)
      await wait(reader.leavesInMs, signal);
    if (signal.aborted || !reader.maySeeRest) return;
    const asked = await look(request);
    if (asked === null || signal.aborted) return;
    await reader.rested(asked.target, asked.serving, asked.freshTokens);
  }

  #isTyped({ uri, offset, text }: ProviderRequest): boolean {
    const typed = this.#typed;
    return typed !== null && typed.uri === uri && typed.offset === offset && typed.text === text;
  }
}
