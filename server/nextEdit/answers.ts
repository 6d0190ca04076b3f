/** Cache of the model's answers: the same question has the same answer. */
import { hash } from 'node:crypto';
import { ownCopy } from '../common/ownText.ts';
import type { EditSituation } from '../edits/situation.ts';

/** Lines around the region that a prompt may show in any layout. */
const AROUND = 800;
const LONGEST_LINE = 500;

/** All recent changes count, being few: an older one may be shown instead of newer ones, or be the one repeated. */
export function keyOf({ path, lines, region, recent, related }: EditSituation, weights: string): string {
  const around = lines.slice(Math.max(0, region.from - AROUND), region.to + AROUND);
  const shown = around.map((line) => line.slice(0, LONGEST_LINE));
  return hash('sha256', JSON.stringify([weights, path, region, shown, recent, related]));
}

/** A cache of plain data. */
export class Answers<Answer> {
  readonly #capacity: number;
  /** Most recently used last. */
  readonly #answers = new Map<string, Answer>();

  constructor(capacity = 64) {
    this.#capacity = capacity;
  }

  add(key: string, answer: Answer): void {
    this.#use(key, ownCopy(answer));
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > this.#capacity && oldest !== undefined) this.#answers.delete(oldest);
  }

  find(key: string): Answer | null {
    const known = this.#answers.get(key);
    if (known === undefined) return null;
    this.#use(key, known);
    return known;
  }

  clear(): void {
    this.#answers.clear();
  }

  #use(key: string, answer: Answer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
  }
}
