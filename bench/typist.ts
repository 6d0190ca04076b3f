/**
 * A simulated user who retypes a piece of a real file: key by key in a human rhythm, mistyping and deleting, letting the editor close
 * brackets, pausing, glancing elsewhere, and accepting a suggestion if it is what was about to be typed. Deterministic for a given seed.
 */

export interface Passage {
  /** The whole file. */
  readonly text: string;
  /** The part to retype, in UTF-16 offsets; missing at the start. */
  readonly start: number;
  readonly end: number;
}

export type Action =
  /** `length` UTF-16 units at `offset` become `text`; the cursor follows it. `typed`: characters of it that were typed. */
  | {
      readonly kind: 'edit';
      readonly afterMs: number;
      readonly offset: number;
      readonly length: number;
      readonly text: string;
      readonly cursor: number;
      readonly typed: number;
    }
  /** The offered suggestion is accepted: `offset`, `length` and `text` as in an edit. */
  | {
      readonly kind: 'accept';
      readonly afterMs: number;
      readonly offset: number;
      readonly length: number;
      readonly text: string;
      readonly cursor: number;
    }
  /** The cursor moves elsewhere without an edit. */
  | { readonly kind: 'move'; readonly afterMs: number; readonly cursor: number }
  | { readonly kind: 'done' };

export interface Offered {
  readonly text: string;
  readonly replaceAfter: number;
}

export interface TypistOptions {
  readonly seed: number;
  /** Median time between two keys within a word. */
  readonly keyMs?: number;
  readonly typoShare?: number;
  readonly pauseShare?: number;
  readonly jumpShare?: number;
}

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

export class Typist {
  readonly #random: () => number;
  readonly #options: Required<TypistOptions>;
  readonly #target: string;
  readonly #start: number;
  /** Characters of the target already in the document. */
  #written = 0;
  /** Closing brackets and quotes that the editor put after the cursor, innermost first. */
  #closers = '';
  #planned: Action[] = [];
  #document: string;

  constructor(passage: Passage, options: TypistOptions) {
    this.#options = { keyMs: 150, typoShare: 0.03, pauseShare: 0.06, jumpShare: 0.01, ...options };
    this.#random = randomOf(options.seed);
    this.#target = passage.text.slice(passage.start, passage.end);
    this.#start = passage.start;
    this.#document = passage.text.slice(0, passage.start) + passage.text.slice(passage.end);
  }

  /** The document before the next action. */
  get document(): string {
    return this.#document;
  }

  get cursor(): number {
    return this.#start + this.#written;
  }

  /** The next action, also applied to {@link document}. `offered` is what is shown at the cursor. */
  next(offered: Offered | null): Action {
    const planned = this.#planned.shift();
    if (planned !== undefined) return this.#do(planned);
    const rest = this.#target.slice(this.#written);
    if (rest === '') return { kind: 'done' };
    if (offered !== null) {
      const taken = this.#takes(offered, rest);
      if (taken !== null) return this.#do(taken);
    }
    const pause = this.#random() < this.#options.pauseShare;
    const afterMs = this.#interval(rest) + (pause ? 400 + 1600 * this.#random() : 0);
    if (this.#random() < this.#options.jumpShare) return this.#glance(afterMs);
    if (/[a-z]/.test(rest[0]!) && this.#random() < this.#options.typoShare) return this.#mistype(afterMs);
    return this.#do(this.#key(rest, afterMs));
  }

  #key(rest: string, afterMs: number): Action {
    const [char] = rest;
    const at = this.cursor;
    // A closing mark inserted by the editor is typed over.
    if (this.#closers !== '' && this.#closers[0] === char) {
      this.#closers = this.#closers.slice(1);
      this.#written++;
      return { kind: 'edit', afterMs, offset: at, length: 1, text: char!, cursor: at + 1, typed: 1 };
    }
    this.#written += char!.length;
    const closer = PAIRS[char!];
    if (closer !== undefined && (this.#document[at] ?? '\n') === (this.#closers[0] ?? '\n')) {
      this.#closers = closer + this.#closers;
      return { kind: 'edit', afterMs, offset: at, length: 0, text: char! + closer, cursor: at + 1, typed: 1 };
    }
    if (char !== '\n')
      return { kind: 'edit', afterMs, offset: at, length: 0, text: char!, cursor: at + char!.length, typed: 1 };
    // Enter indents; the closing marks move to their own line, which is written later, so they are removed here.
    const indent = /^[ \t]*/.exec(rest.slice(1))![0];
    const { length } = this.#closers;
    this.#closers = '';
    this.#written += indent.length;
    return { kind: 'edit', afterMs, offset: at, length, text: `\n${indent}`, cursor: at + 1 + indent.length, typed: 1 };
  }

  #takes({ text, replaceAfter }: Offered, rest: string): Action | null {
    const closers = this.#closers.slice(replaceAfter);
    const wanted = rest.startsWith(text) && (text.length > 2 || text === rest);
    if (!wanted || text.trim() === '') return null;
    const at = this.cursor;
    // Closing marks in the suggestion are part of the target; the remaining ones still follow it.
    this.#closers = closers;
    this.#written += text.length;
    return {
      kind: 'accept',
      afterMs: 350 + 300 * this.#random(),
      offset: at,
      length: Math.min(replaceAfter, this.#document.length - at),
      text,
      cursor: at + text.length,
    };
  }

  #mistype(afterMs: number): Action {
    const at = this.cursor;
    const wrong = String.fromCharCode(97 + Math.floor(26 * this.#random()));
    this.#planned.push({
      kind: 'edit',
      afterMs: 250 + 200 * this.#random(),
      offset: at,
      length: 1,
      text: '',
      cursor: at,
      typed: 0,
    });
    return this.#do({ kind: 'edit', afterMs, offset: at, length: 0, text: wrong, cursor: at + 1, typed: 1 });
  }

  /** Moves to another place and comes back. */
  #glance(afterMs: number): Action {
    this.#planned.push({ kind: 'move', afterMs: 800 + 1200 * this.#random(), cursor: this.cursor });
    return { kind: 'move', afterMs, cursor: Math.floor(this.#document.length * this.#random()) };
  }

  #do(action: Action): Action {
    if (action.kind === 'edit' || action.kind === 'accept') {
      const { offset, length, text } = action;
      this.#document = this.#document.slice(0, offset) + text + this.#document.slice(offset + length);
    }
    return action;
  }

  /** Log-normal around the median, slower at the start of a word. */
  #interval(rest: string): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
    const slower = /^[\p{L}\p{N}_]/u.test(rest) ? 1 : 1.4;
    return Math.min(1200, this.#options.keyMs * slower * Math.exp(0.35 * normal));
  }
}

/** `count` passages of about `lines` whole lines from the middle of a text. */
export function passagesOf(text: string, lines: number, count: number): Passage[] {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), (match) => match.index + 1)];
  const last = starts.length - 1 - lines;
  return Array.from({ length: Math.max(0, Math.min(count, last)) }, (_, i) => {
    const first = Math.floor((last * (i + 1)) / (count + 1));
    return { text, start: starts[first]!, end: starts[first + lines]! - 1 };
  });
}

/** Mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
