/**
 * Edits that the person did not want, or took back: they are not shown again, wherever their lines have moved by then, and neither is what
 * has a part of them, e.g. where the cursor went on by a line and an edit of the lines around it begins and ends elsewhere.
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

/** Of its pieces that say something; of the whole where none does. */
function keysOf({ path, before, after }: LineChange): string[] {
  const whole = { before: trimmed(before), after: trimmed(after) };
  const telling = piecesOf(whole).filter((piece) => [...piece.before, ...piece.after].some(hasWord));
  return (telling.length > 0 ? telling : [whole]).map((piece) => JSON.stringify([path, piece.before, piece.after]));
}

/** Line by line where as many took the place of others. */
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
