/** Generations by where they were asked for: typing along a suggestion, or going back to it, does not call the model. */
import { ownText } from '../common/ownText.ts';
import { closersBehind } from '../prompt/windows.ts';
import { closersOf, upToClosing } from './autoClosed.ts';
import { indentOf, lastLineOf } from './cursor.ts';
import { closedOutside } from './filters/brackets.ts';
import type { CompletionTarget, Generation } from './generate.ts';
import { inked } from './writtenTokens.ts';

/** Enough to tell places apart; comparing more costs with every key and changes nothing. */
const REACH = 2048;

/** Which weights wrote it, and for which document. */
export interface Origin {
  /** As `weightsOf` names them. */
  readonly weights: string;
  /** Language and URI, a line each: new files begin alike, but the context from other files belongs to one of them. */
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
  if (typed < 0 || typed >= REACH / 2) return null;
  const before = to.before.slice(0, to.before.length - typed);
  if (!from.before.endsWith(before)) return null;
  const text = to.before.slice(to.before.length - typed).replaceAll('\r\n', '\n');
  if (from.behind === to.behind) return text;
  const isSame = text.includes('\n')
    ? isBehindMoved(from.behind, to.behind)
    : isBehindClosed(from.behind, to.behind, text);
  return isSame ? text : null;
}

/** Whether `behind` follows the marks that close what was typed: in the middle of a line they are no part of its end. */
function isBehindClosed(behind: string, to: string, typed: string): boolean {
  const closers = closersOf(typed);
  if (closers === '' || !to.startsWith(closers)) return false;
  const rest = to.slice(closers.length);
  return to.length < REACH ? rest === behind : behind.startsWith(rest);
}

const LINE_BREAK = /^\r?\n[ \t]*(?=[)\]}])/;

/** Whether `behind` follows closing marks that Enter has put on lines of their own: `{║}` becomes three lines. */
function isBehindMoved(behind: string, to: string): boolean {
  const isSame = (rest: string): boolean =>
    to.length < REACH ? rest === behind : rest.length > 0 && behind.startsWith(rest);
  for (let rest = to, lineBreak = LINE_BREAK.exec(rest)?.[0]; lineBreak !== undefined; ) {
    rest = rest.slice(lineBreak.length);
    rest = rest.slice(closersBehind(rest).length);
    if (isSame(rest)) return true;
    lineBreak = LINE_BREAK.exec(rest)?.[0];
  }
  return false;
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
      const rest = restAt(entry.generation, entry.spot, spot);
      if (rest === null) continue;
      this.#entries.splice(i, 1);
      this.#entries.push(entry);
      return rest;
    }
    return null;
  }

  /** Only what was written for this document. */
  keepOnly(uri: string): void {
    this.#entries = this.#entries.filter(({ spot }) => spot.document.endsWith(`\n${uri}`));
  }

  clear(): void {
    this.#entries = [];
  }
}

/** The rest, at `to`, of a generation asked for at `from`; null if what was typed differs from it, or is all of it. */
export function restAt(generation: Generation, from: Spot, to: Spot): Generation | null {
  const typed = typedBetween(from, to);
  const rest = typed === null ? null : restAfter(generation, typed);
  if (rest === null || from.behind === to.behind) return rest;
  if (!typed!.includes('\n')) return between(rest, closersOf(typed!));
  return { ...rest, typed: sinceEnter(rest.typed ?? '', from, to) };
}

/** Of what goes on between marks that the editor has closed, what stands before the closing one; null if nothing does. */
function between(rest: Generation, closers: string): Generation | null {
  const text = upToClosing(rest.text, closers[0]!);
  if (text === rest.text) return rest;
  return text === '' ? null : { ...rest, text, cutOff: false };
}

/**
 * What was typed in the line, and those below, that Enter began between brackets. What is written behind the closing one cannot be
 * suggested there: the document has that bracket.
 */
function sinceEnter(typed: string, { before }: Spot, { behind }: Spot): string {
  // The bracket that stands nearest below; one that was accepted with its line is not closed yet.
  const indent = indentOf(behind.replace(/^\r?\n/, ''));
  for (let at = typed.length - 1; at >= 0; at--) {
    if (typed[at] !== '\n' || closedOutside(typed.slice(at)) > 0) continue;
    const above = lastLineOf(before + typed.slice(0, at));
    if (/[([{]$/.test(above) && indentOf(above) === indent) return typed.slice(at + 1).trimStart();
  }
  return typed;
}

/** null if `typed` differs from the suggestion, or is all of it. */
export function restAfter(generation: Generation, typed: string): Generation | null {
  if (typed === '') return generation;
  const { text } = generation;
  if (!text.startsWith(typed) || text.length === typed.length) return null;
  return { ...generation, text: text.slice(typed.length), typed, typedUnits: inked(typed) };
}
