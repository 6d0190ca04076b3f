/** When a key was pressed in any window on this machine: the modification time of a small file of ours. */
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isWithin } from './conditions.ts';

const NAME = 'last-key';
/** Minimum interval between writes while somebody types. */
const EVERY_MS = 5000;

export class SharedKeys {
  readonly #path: string;
  readonly #nowMs: () => number;
  #writtenMs = Number.NEGATIVE_INFINITY;
  #watcher: FSWatcher | null = null;

  constructor(dataFolder: string, nowMs: () => number) {
    this.#path = join(dataFolder, NAME);
    this.#nowMs = nowMs;
  }

  /** A key in this window. */
  pressed(): void {
    const nowMs = this.#nowMs();
    if (isWithin(EVERY_MS, this.#writtenMs, nowMs)) return;
    this.#writtenMs = nowMs;
    // Without it, another window's run only reacts later, when text is generated.
    void this.#write().catch(() => {});
  }

  /** -Infinity before the first one. */
  async lastMs(): Promise<number> {
    return await stat(this.#path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.NEGATIVE_INFINITY,
    );
  }

  /** Calls back immediately on keys in other windows, until `unwatch`. */
  watch(onKey: () => void): void {
    this.unwatch();
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_, name) => {
        if (name === NAME) onKey();
      });
      this.#watcher.on('error', () => this.unwatch());
    } catch {
      // A network disk without notifications: see `lastMs`.
    }
  }

  unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  async #write(): Promise<void> {
    const text = `${this.#writtenMs}\n`;
    await writeFile(this.#path, text).catch(async () => {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(this.#path, text);
    });
  }
}
