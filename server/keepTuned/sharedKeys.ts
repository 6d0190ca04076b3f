/** When a key was pressed in any window on this machine: the modification time of a small file of ours. */
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isWithin } from './conditions.ts';

const NAME = 'last-key';
/** Minimum interval between writes while somebody types. */
const EVERY_MS = 5000;
/** If no window that keeps an adapter tuned had a key for this long, there may be none left. */
const KEPT_MS = 24 * 3_600_000;

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
    this.#atTimes(() => this.#write());
  }

  /** A key in a window that keeps nothing tuned, e.g. as its workspace forbids it: recorded only if another window does. */
  pressedBeside(): void {
    this.#atTimes((nowMs) => this.#touch(nowMs));
  }

  /** No longer wanted here. Windows that still want it write it again. */
  forget(): void {
    void rm(this.#path, { force: true }).catch(() => {});
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

  #atTimes(record: (nowMs: number) => Promise<void>): void {
    const nowMs = this.#nowMs();
    if (isWithin(EVERY_MS, this.#writtenMs, nowMs)) return;
    this.#writtenMs = nowMs;
    // Without it, another window's run only reacts later, when text is generated.
    void record(nowMs).catch(() => {});
  }

  async #touch(nowMs: number): Promise<void> {
    const keptMs = Number(await readFile(this.#path, 'utf8'));
    if (isWithin(KEPT_MS, keptMs, nowMs)) await utimes(this.#path, nowMs / 1000, nowMs / 1000);
  }

  async #write(): Promise<void> {
    const text = `${this.#writtenMs}\n`;
    await writeFile(this.#path, text).catch(async () => {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(this.#path, text);
    });
  }
}
