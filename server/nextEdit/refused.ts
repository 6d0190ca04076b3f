/** Edits that the person did not want, or took back: they are not shown again, wherever their lines have moved by then. */
import type { LineChange } from '../edits/change.ts';

const MOST_REFUSED = 200;

export class RefusedEdits {
  /** Oldest first. */
  readonly #keys = new Set<string>();

  add(change: LineChange): void {
    const key = keyOf(change);
    this.#keys.delete(key);
    this.#keys.add(key);
    for (const oldest of this.#keys) {
      if (this.#keys.size <= MOST_REFUSED) break;
      this.#keys.delete(oldest);
    }
  }

  has(change: LineChange): boolean {
    return this.#keys.has(keyOf(change));
  }
}

function keyOf({ path, before, after }: LineChange): string {
  const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trim());
  return JSON.stringify([path, trimmed(before), trimmed(after)]);
}
