/** What killed processes have left, for the folders of a window: looked for once each, when the start is over. */
import { messageOf } from '../common/messageOf.ts';
import type { Client } from './client.ts';

/** The first suggestions want the disk for themselves. */
const AFTER_MS = 3000;

export interface Clearing {
  ownFolders(): Promise<void>;
  store(folder: string): Promise<void>;
}

export class Leftovers {
  readonly #client: Pick<Client, 'debug'>;
  readonly #clearing: () => Promise<Clearing>;
  /** null stands for what lies in no repository. */
  readonly #seen = new Set<string | null>();
  #waiting: (string | null)[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(client: Pick<Client, 'debug'>, clearing: () => Promise<Clearing>) {
    this.#client = client;
    this.#clearing = clearing;
  }

  /** `folders`: those that are trusted. */
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
        // Another start will look; nobody waits for it.
        this.#client.debug(`Leftovers of earlier runs were not cleared up: ${messageOf(error)}`);
      });
  }
}
