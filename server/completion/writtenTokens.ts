/** How likely the model found each token of a generation: a line is judged by its own, without those behind it or typed before it. */
import type { CompleteResult } from '../engine/types.ts';
import { firstLine, tokensIn } from './worth.ts';

export interface WrittenToken {
  /** Natural log. */
  readonly logProbability: number;
  /** Where it ends in the text, in UTF-16 units without blanks: indentation is changed to the file's. */
  readonly end: number;
}

/** UTF-16 units of `text` that are no blanks. */
export function inked(text: string): number {
  return text.replace(/\s+/g, '').length;
}

/** `taken`: units without blanks that were taken off the beginning of what the model wrote. */
export function tokensOf(
  { text, logProbabilities, ends }: Pick<CompleteResult, 'text' | 'logProbabilities' | 'ends'>,
  taken: number,
): WrittenToken[] {
  const bytes = Buffer.from(text);
  return logProbabilities.map((logProbability, i) => ({
    logProbability,
    end: Math.max(0, inked(bytes.toString('utf8', 0, ends[i])) - taken),
  }));
}

/**
 * Natural log of the probability of the first line of `text`, for each of its tokens; negative infinity without any. `text` is what is kept
 * of `written`, and goes on behind the first `from` units without blanks of what the tokens wrote: of a token that is half typed, as much
 * counts as is left of it.
 */
export function confidenceIn(tokens: readonly WrittenToken[], from: number, text: string, written = text): number {
  if (tokens.length === 0) return Number.NEGATIVE_INFINITY;
  // Closing marks may have been added, which are no tokens.
  const to = from + Math.min(inked(firstLine(text)), inked(firstLine(written)));
  const beginsBlank = /^\s/.test(text);
  let [sum, start] = [0, 0];
  for (const { logProbability, end } of tokens) {
    if (start >= to) break;
    const isBlank = end === start;
    if (isBlank && (start > from || (start === from && beginsBlank))) sum += logProbability;
    if (!isBlank && end > from) sum += (logProbability * (end - Math.max(start, from))) / (end - start);
    start = end;
  }
  return sum / tokensIn(firstLine(text));
}
