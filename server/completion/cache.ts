/** Generations by where they were asked for: typing along a suggestion, or going back to it, does not call the model. */
import { ownText } from '../common/ownText.ts';
import { closersBehind } from '../prompt/windows.ts';
import type { CompletionTarget, Generation } from './generate.ts';

/** Enough to tell places apart; comparing more costs with every key and changes nothing. */
const REACH = 2048;

/** Which weights wrote it, and for which document. */
export interface Origin {
  /** Model and adapter version. */
  readonly weights: string;
  /** URI and language: new files begin alike, but the context from other files belongs to one of them. */
  readonly document: string;
}

/** What makes a generation valid: the text around the cursor, the weights that wrote it, and the document. */
export interface Spot extends Origin {
  readonly offset: number;
  /** The last {@link REACH} characters before the cursor. */
  readonly before: string;
  /** The first ones after it and after closing marks on its line, which editors insert by themselves. */
  readonly behind: string;
}

export function spotOf({ text, offset }: Pick<CompletionTarget, 'text' | 'offset'>, origin: Origin): Spot {
  const start = offset + closersBehind(text.slice(offset, offset + REACH)).length;
  const { weights, document } = origin;
  return {
    weights,
    document,
    offset,
    before: text.slice(Math.max(0, offset - REACH), offset),
    behind: text.slice(start, start + REACH),
  };
}

/**
 * What was typed to get from `from` to `to`: '' at the same spot, null where typing does not lead there. Text that the
 * editor inserts by itself counts as typed.
 */
export function typedBetween(from: Spot, to: Spot): string | null {
  const typed = to.offset - from.offset;
  if (from.weights !== to.weights || from.document !== to.document) return null;
  if (typed < 0 || typed >= REACH / 2 || from.behind !== to.behind) return null;
  const before = to.before.slice(0, to.before.length - typed);
  if (!from.before.endsWith(before)) return null;
  return to.before.slice(to.before.length - typed).replaceAll('\r\n', '\n');
}

export class GenerationCache {
  readonly #capacity: number;
  /** Most recently used last. */
  #entries: { readonly spot: Spot; readonly generation: Generation }[] = [];

  constructor(capacity = 128) {
    this.#capacity = capacity;
  }

  add(spot: Spot, generation: Generation): void {
    this.#entries = this.#entries.filter((entry) => typedBetween(entry.spot, spot) !== '');
    const { before, behind } = spot;
    this.#entries.push({ spot: { ...spot, before: ownText(before), behind: ownText(behind) }, generation });
    if (this.#entries.length > this.#capacity) this.#entries.shift();
  }

  /** The rest, at `spot`, of a generation asked for here or a few characters earlier. */
  find(spot: Spot): Generation | null {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i]!;
      const typed = typedBetween(entry.spot, spot);
      if (typed === null) continue;
      const rest = restAfter(entry.generation, typed);
      if (rest === null) continue;
      this.#entries.splice(i, 1);
      this.#entries.push(entry);
      return rest;
    }
    return null;
  }

  clear(): void {
    this.#entries = [];
  }
}

/** null if `typed` differs from the suggestion, or is all of it. */
export function restAfter(generation: Generation, typed: string): Generation | null {
  if (typed === '') return generation;
  const { text } = generation;
  if (!text.startsWith(typed) || text.length === typed.length) return null;
  return { ...generation, text: text.slice(typed.length) };
}
