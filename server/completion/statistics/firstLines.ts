/**
 * Whether the person wrote the first line as suggested, accepted or typed: both say it was right. The editor does not report dismissals; a
 * suggestion left for an edit elsewhere says nothing.
 */
import type { Writer } from '../worth.ts';
import type { Edit } from './survival.ts';

/** How likely a suggestion was to be right, before any correction for the person. */
export interface Expectation {
  readonly writer: Writer;
  readonly chance: number;
}

export interface Followed extends Expectation {
  /** Of the rest of the first line, in UTF-16 units. */
  readonly offset: number;
  readonly rest: string;
  /** Units after the cursor that it may replace. */
  readonly replaceAfter: number;
  /** When it was offered first, since the epoch. */
  readonly atMs: number;
}

/** null: undecided. */
export type Verdict = 'right' | 'wrong' | null;

/** `before`: what is followed in the same document. Its continuation is the same suggestion, asked for again with every key. */
export function followed(
  before: Followed | null,
  {
    offset,
    text,
    replaceAfter,
    caretBack = 0,
    atMs,
  }: Pick<Followed, 'offset' | 'replaceAfter' | 'atMs'> & {
    readonly text: string;
    readonly caretBack?: number;
  },
  expectation: Expectation | null,
): Followed | null {
  // What it closes after the cursor moves down as the user writes in between.
  const rest = /^\s*[^\r\n]*/.exec(text.slice(0, text.length - caretBack))![0].trimEnd();
  if (before !== null && before.offset === offset && before.rest === rest) return before;
  return expectation === null || rest === '' ? null : { ...expectation, offset, rest, replaceAfter, atMs };
}

/** A suggestion that moves the cursor on acceptance is a snippet: the editor first deletes what it replaces, then inserts it. */
export function deletesReplaced(
  offer: Pick<Followed, 'offset' | 'replaceAfter'>,
  { offset, length, text }: Edit,
): boolean {
  return text === '' && length > 0 && offset === offer.offset && length === offer.replaceAfter;
}

/** What an edit says about it, and what is followed from then on. */
export function afterEdit(one: Followed, { offset, length, text }: Edit): { verdict: Verdict; next: Followed | null } {
  const { rest } = one;
  if (deletesReplaced(one, { offset, length, text })) return { verdict: null, next: { ...one, replaceAfter: 0 } };
  if (offset !== one.offset || length > one.replaceAfter || text === '') return { verdict: null, next: null };
  if (text.startsWith(rest)) return { verdict: 'right', next: null };
  if (rest.startsWith(text))
    return { verdict: null, next: { ...one, offset: offset + text.length, rest: rest.slice(text.length) } };
  // An editor inserts the closing mark after a typed opening one.
  return { verdict: text[0] === rest[0] ? null : 'wrong', next: null };
}
