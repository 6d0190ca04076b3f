import type { SyntaxReader } from '../languages/syntax.ts';
import type { Cursor } from './cursor.ts';
import type { Writer } from './worth.ts';

/** Text to insert at the cursor (line breaks `\n`), and how many characters after the cursor it replaces. */
export interface Suggestion {
  readonly text: string;
  readonly replaceAfter: number;
  /** Characters at its end that close what it opened: on acceptance the cursor goes before them. */
  readonly caretBack?: number;
}

export type Filtered = Suggestion | Dropped;

/** Why nothing is offered: for the log and the statistics, not for the user. */
export interface Dropped {
  readonly dropped: string;
}

export interface FilterInput {
  readonly cursor: Cursor;
  /** Closing marks after the cursor that the model did not see (see the prompt builder). */
  readonly closers: string;
  readonly shape: Shape;
  /** What of the generation has been typed already, '' for nothing. */
  readonly typed: string;
  /** Generation was stopped by a limit (tokens, time), not by the model. */
  readonly cutOff: boolean;
  /** The user asked for it explicitly. */
  readonly invoked: boolean;
  readonly writer: Writer;
  /** Natural log of the probability of a token in the first line of `begun` and `text`; `begun`: the end of what has been typed. */
  confidenceOf(begun: string, text: string): number;
  /** Log odds by which its suggestions are right more often for this person than for others. */
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
