/** Which errors language servers reported since the last change, by document. No vscode here. */
import type { NextEditDiagnostic } from '../../server/protocol/index.ts';

export type FoundError = Omit<NextEditDiagnostic, 'uri'>;

/** An error found later was there before, or has another cause. */
const FOLLOWS_MS = 60_000;
/** A document with more does not compile: which of them are new means nothing. */
const MOST_IN_ONE = 100;
const MOST_DOCUMENTS = 200;
/** Per request. */
const MOST_TOLD = 20;
const LONGEST_MESSAGE = 200;

interface Known {
  readonly errors: readonly FoundError[];
  /** By message: how many there are, and when they appeared if after a change. */
  readonly kinds: ReadonlyMap<string, { readonly count: number; readonly sinceMs: number | null }>;
}

export class NewErrors {
  readonly #nowMs: () => number;
  /** By document; the most recently reported ones last. */
  readonly #known = new Map<string, Known>();
  #editedAtMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Something was changed. */
  edited(): void {
    this.#editedAtMs = this.#nowMs();
  }

  knows(uri: string): boolean {
    return this.#known.has(uri);
  }

  /** Takes all errors a document has now, and answers whether any is new. `before`: they predate any change. */
  told(uri: string, errors: readonly FoundError[], before = false): boolean {
    const was = this.#known.get(uri)?.kinds;
    this.#known.delete(uri);
    if (errors.length === 0 && !before) return false;
    const follows = !before && this.#nowMs() - this.#editedAtMs < FOLLOWS_MS;
    const kinds = new Map<string, { count: number; sinceMs: number | null }>();
    for (const { message } of errors) {
      const kind = kinds.get(message) ?? { count: 0, sinceMs: null };
      kinds.set(message, { ...kind, count: kind.count + 1 });
    }
    let any = false;
    for (const [message, { count }] of kinds) {
      const known = was?.get(message);
      const isNew = follows && count > (known?.count ?? 0) && errors.length <= MOST_IN_ONE;
      any ||= isNew;
      kinds.set(message, { count, sinceMs: isNew ? this.#nowMs() : (known?.sinceMs ?? null) });
    }
    this.#known.set(uri, { errors: errors.slice(0, MOST_IN_ONE), kinds });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_DOCUMENTS && oldest !== undefined) this.#known.delete(oldest);
    return any;
  }

  /** The errors that followed a change, in `uri` first, then elsewhere. */
  since(uri: string): NextEditDiagnostic[] {
    const [here, elsewhere]: [NextEditDiagnostic[], NextEditDiagnostic[]] = [[], []];
    for (const [other, { errors, kinds }] of this.#known) {
      for (const error of errors) {
        const sinceMs = kinds.get(error.message)?.sinceMs ?? null;
        if (sinceMs === null || this.#nowMs() - sinceMs > FOLLOWS_MS) continue;
        const told = { ...error, message: error.message.slice(0, LONGEST_MESSAGE) };
        if (other === uri) here.push(told);
        else elsewhere.push({ ...told, uri: other });
      }
    }
    return [...here, ...elsewhere].slice(0, MOST_TOLD);
  }
}
