/** Offered edits: look-up by id, and the one that still stands. */
import { ownCopy } from '../common/ownText.ts';
import { changeBetween, type LineChange } from '../edits/change.ts';
import type { LineEdit } from '../edits/lineEdit.ts';
import { restOf } from './along.ts';
import type { TextEdit } from './textEdit.ts';

export interface Offered {
  readonly uri: string;
  readonly change: LineChange;
}

interface Standing extends Offered {
  readonly id: string;
  /** The document's text before the edit. */
  readonly text: string;
  readonly edit: TextEdit;
}

const MOST_OFFERED = 64;

export class Offers {
  /** Oldest first. */
  readonly #offered = new Map<string, Offered>();
  #standing: Standing | null = null;
  #nextId = 1;

  /** Returns its id. */
  add(offered: Offered, text: string, edit: TextEdit): string {
    const id = `edit-${this.#nextId++}`;
    this.#offered.set(id, ownCopy(offered));
    const [oldest] = this.#offered.keys();
    if (this.#offered.size > MOST_OFFERED && oldest !== undefined) this.#offered.delete(oldest);
    this.#standing = { ...offered, id, text, edit };
    return id;
  }

  find(id: string): Offered | null {
    return this.#offered.get(id) ?? null;
  }

  get stands(): boolean {
    return this.#standing !== null;
  }

  /** Another document changes, from which the standing edit may have followed. */
  dropOutside(uri: string): void {
    if (this.#standing?.uri !== uri) this.drop();
  }

  /** Withdraws the standing edit. */
  drop(): void {
    this.#standing = null;
  }

  /** The last offered edit, or its rest while the person types along it; gone for good after anything else. */
  standing(uri: string, text: string): (TextEdit & { readonly id: string; readonly change: LineChange }) | null {
    const standing = this.#standing;
    if (standing === null) return null;
    const rest = standing.uri === uri ? restOf(standing.text, standing.edit, text) : null;
    if (rest === null) {
      this.drop();
      return null;
    }
    return { ...rest, id: standing.id, change: standing.change };
  }

  /** Whether a change of a document is the offered edit, applied by a client or by hand. */
  isOne(uri: string, path: string, edit: LineEdit): boolean {
    if (this.#offered.size === 0 || edit.kind !== 'lines') return false;
    const made = changeBetween(path, edit.line, edit.before, edit.after);
    if (made === null) return false;
    return [...this.#offered.values()].some(({ uri: its, change }) => its === uri && isSame(change, made));
  }
}

function isSame(a: LineChange, b: LineChange): boolean {
  const equal = (one: readonly string[], other: readonly string[]): boolean =>
    one.length === other.length && one.every((line, i) => line === other[i]);
  return a.line === b.line && equal(a.before, b.before) && equal(a.after, b.after);
}
