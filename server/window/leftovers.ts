/** Clears up what killed processes left behind, once for each folder of a window, after start-up. */
import { messageOf } from '../common/messageOf.ts';
import type { Client } from './client.ts';

/** The first suggestions need the disk for themselves. */
const AFTER_MS = 3000;

export interface Clearing {
  ownFolders(): Promise<void>;
  store(folder: string): Promise<void>;
}

export class Leftovers {
  readonly #client: Pick<Client, 'debug'>;
  readonly #clearing: () => Promise<Clearing>;
  /** null stands for what lies outside of any repository. */
  readonly #seen = new Set<string | null>();
  #waiting: (string | null)[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(client: Pick<Client, 'debug'>, clearing: () => Promise<Clearing>) {
    this.#client = client;
    this.#clearing = clearing;
  }

  /** `folders`: only trusted ones. */
  lookIn(folders: readonly string[]): void {
    if (folders.length === 0) return;
    for (const folder of [null, ...folders]) {
      if (this.#seen.has(folder)) continue;
      this.#seen.add(folder);
      this.#waiting.push(folder);
    }
    this.#timer ??= setTimeout(() => void this.#clear(), AFTER_MS).unref();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#waiting = [];
  }

  async #clear(): Promise<void> {
    this.#timer = null;
    const clearing = await this.#clearing();
    for (let place = this.#waiting.shift(); place !== undefined; place = this.#waiting.shift())
      await (place === null ? clearing.ownFolders() : clearing.store(place)).catch((error: unknown) => {
        // The next start tries again; nobody waits for it.
        this.#client.debug(`Leftovers of earlier runs were not cleared up: ${messageOf(error)}`);
      });
  }
}
