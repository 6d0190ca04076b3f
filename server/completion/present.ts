/** From what the model wrote to what is offered at a cursor: pure, so that it can be repeated during typing. */

import { syntaxFor } from '../languages/syntax.ts';
import { closersBehind } from '../prompt/windows.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { applyFilters } from './filters/index.ts';
import type { CompletionTarget, Generation, Usage } from './generate.ts';
import { type Leans, NO_LEANS } from './statistics/lean.ts';
import { isDropped, type Shape } from './suggestion.ts';
import type { Writer } from './worth.ts';
import { confidenceIn, inked } from './writtenTokens.ts';

export interface Offer {
  readonly kind: 'suggestion';
  /** Text to insert at the cursor, with the document's line breaks. */
  readonly text: string;
  /** UTF-16 units after the cursor that it replaces. */
  readonly replaceAfter: number;
  /** UTF-16 units from the end of `text` back to where the cursor goes on acceptance; mostly 0. */
  readonly caretBack: number;
  readonly writer: Writer;
  readonly confidence: number;
  readonly shape: Shape;
  readonly usage: Usage;
}

export interface NoOffer {
  readonly kind: 'none';
  /** For the log and the statistics. */
  readonly reason: string;
  readonly usage?: Usage;
}

export interface ShownWhen {
  /** Asked for explicitly, not by typing: less is held back. */
  readonly invoked: boolean;
  /** For measurements: also what is not worth showing unasked. */
  readonly everything?: boolean;
  /** How often this person finds suggestions right, compared with others; absent in evaluation. */
  readonly leans?: Leans;
}

export async function present(
  target: Pick<CompletionTarget, 'text' | 'offset' | 'languageId'>,
  generation: Generation,
  { invoked, everything = invoked, leans = NO_LEANS }: ShownWhen,
): Promise<Offer | NoOffer> {
  const syntax = await syntaxFor(target.languageId);
  const cursor = cursorAt(target.text, target.offset, target.languageId);
  const closers = closersBehind(target.text.slice(target.offset, target.offset + 512));
  const { shape, typed = '', cutOff, usage, writer, tokens, typedUnits = 0 } = generation;
  const lean = leans[writer];
  const confidenceOf = (begun: string, text: string): number =>
    confidenceIn(tokens, typedUnits - inked(begun), begun + text, begun + generation.text);
  const filtered = applyFilters(
    { text: generation.text, replaceAfter: 0 },
    { cursor, closers, shape, typed, cutOff, invoked, writer, confidenceOf, lean, everything, syntax },
  );
  if (isDropped(filtered)) return { kind: 'none', reason: filtered.dropped, usage };
  const text = cursor.lineBreak === '\n' ? filtered.text : filtered.text.replaceAll('\n', '\r\n');
  const { replaceAfter, caretBack = 0 } = filtered;
  const confidence = confidenceOf('', filtered.text);
  return { kind: 'suggestion', text, replaceAfter, caretBack, writer, confidence, shape, usage };
}

export const LONGEST_LINE = 2000;
/** The cursor is inside a word, or inside one visible character: a letter with its accent, a composed emoji. */
const INSIDE = /^[\p{L}\p{M}\p{N}\p{Join_Control}\p{Emoji_Modifier}_$]/u;

/** Why a suggestion here would only be in the way of typing; null where it would not. */
export function refusalAt(cursor: Cursor): string | null {
  if (INSIDE.test(cursor.lineRest)) return 'inside a word';
  if (cursor.linePrefix.length > LONGEST_LINE || cursor.lineRest.length > LONGEST_LINE)
    return 'line too long to be code';
  return null;
}
