/**
 * Whether what a person wrote is what was suggested, as far as the first line goes: accepted or typed, which says as much of whether it was
 * right. The editor does not tell what was dismissed; what was left for an edit elsewhere says nothing.
 */
import type { Writer } from '../worth.ts';
import type { Edit } from './survival.ts';

/** How likely a suggestion was thought to be right, whoever reads it. */
export interface Expectation {
  readonly writer: Writer;
  readonly chance: number;
}

export interface Followed extends Expectation {
  /** Of what is still to be written of the first line, in UTF-16 units. */
  readonly offset: number;
  readonly rest: string;
  /** Behind the cursor, may be replaced by it. */
  readonly replaceAfter: number;
  /** When it was offered first, since the epoch. */
  readonly atMs: number;
}

/** null where nothing can be told of it. */
export type Verdict = 'right' | 'wrong' | null;

/** `before`: what is followed in the same document. What goes on with it is the same suggestion, asked for again with every key. */
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
  // What it closes behind the cursor is pushed down by who goes on between.
  const rest = /^\s*[^\r\n]*/.exec(text.slice(0, text.length - caretBack))![0].trimEnd();
  if (before !== null && before.offset === offset && before.rest === rest) return before;
  return expectation === null || rest === '' ? null : { ...expectation, offset, rest, replaceAfter, atMs };
}

/** What an edit says of it, and what of it is followed from then on. */
export function afterEdit(one: Followed, { offset, length, text }: Edit): { verdict: Verdict; next: Followed | null } {
  const { rest } = one;
  if (offset !== one.offset || length > one.replaceAfter || text === '') return { verdict: null, next: null };
  if (text.startsWith(rest)) return { verdict: 'right', next: null };
  if (rest.startsWith(text))
    return { verdict: null, next: { ...one, offset: offset + text.length, rest: rest.slice(text.length) } };
  // An editor puts the closing mark behind the opening one that is typed.
  return { verdict: text[0] === rest[0] ? null : 'wrong', next: null };
}
