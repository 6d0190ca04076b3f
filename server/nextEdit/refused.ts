/**
 * Edits that the person rejected or undid: they are not shown again, wherever their lines have moved, nor are edits that contain a part of
 * them, e.g. after the cursor moved by a line and the edit begins and ends elsewhere.
 */
import { diffIndices } from 'node-diff3';
import type { LineChange } from '../edits/change.ts';
import { hasWord } from '../edits/tokens.ts';

const MOST_REFUSED = 500;

export class RefusedEdits {
  /** Oldest first. */
  readonly #keys = new Set<string>();

  add(change: LineChange): void {
    for (const key of keysOf(change)) {
      this.#keys.delete(key);
      this.#keys.add(key);
    }
    for (const oldest of this.#keys) {
      if (this.#keys.size <= MOST_REFUSED) break;
      this.#keys.delete(oldest);
    }
  }

  has(change: LineChange): boolean {
    return keysOf(change).some((key) => this.#keys.has(key));
  }
}

interface Piece {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Keys of its pieces with some text; of the whole if there are none. */
function keysOf({ path, before, after }: LineChange): string[] {
  const whole = { before: trimmed(before), after: trimmed(after) };
  const telling = piecesOf(whole).filter((piece) => [...piece.before, ...piece.after].some(hasWord));
  return (telling.length > 0 ? telling : [whole]).map((piece) => JSON.stringify([path, piece.before, piece.after]));
}

/** Line by line if the number of lines stays the same. */
function piecesOf({ before, after }: Piece): Piece[] {
  return diffIndices([...before], [...after]).flatMap(({ buffer1Content: was, buffer2Content: is }): Piece[] =>
    was.length === is.length
      ? was.map((line, i) => ({ before: [line], after: [is[i]!] }))
      : [{ before: was, after: is }],
  );
}

function trimmed(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim());
}
