import type { SyntaxReader } from '../languages/syntax.ts';
import type { Cursor } from './cursor.ts';
import type { Writer } from './worth.ts';

/** Text to insert at the cursor (line breaks `\n`), and how many characters behind the cursor it takes the place of. */
export interface Suggestion {
  readonly text: string;
  readonly replaceAfter: number;
  /** So many characters at its end close what was opened: once it is accepted, the cursor is to stand before them. */
  readonly caretBack?: number;
}

export type Filtered = Suggestion | Dropped;

/** Why nothing is offered: for the log and the statistics, not for the user. */
export interface Dropped {
  readonly dropped: string;
}

export interface FilterInput {
  readonly cursor: Cursor;
  /** Closing marks behind the cursor that the model did not see (see the prompt builder). */
  readonly closers: string;
  readonly shape: Shape;
  /** Generation ended because it was told to (tokens, time), not where the model wanted. */
  readonly cutOff: boolean;
  /** The user asked for it by a command. */
  readonly invoked: boolean;
  readonly writer: Writer;
  /** Mean natural log of the probability of a generated token. */
  readonly confidence: number;
  /** Log odds by which this person finds what it writes right more often than others do. */
  readonly lean: number;
  /** Also what is not worth showing unasked. */
  readonly everything: boolean;
  /** null where the language has no grammar. */
  readonly syntax: SyntaxReader | null;
}

/** How much is asked for: the rest of the line, or the rest of a block. */
export type Shape = 'line' | 'block';

export type Filter = (suggestion: Suggestion, input: FilterInput) => Filtered;

export function isDropped(result: Filtered): result is Dropped {
  return 'dropped' in result;
}
