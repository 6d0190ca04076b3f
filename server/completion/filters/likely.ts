import { CHARS_PER_TOKEN } from '../../prompt/budget.ts';
import type { Filter } from '../suggestion.ts';

/**
 * Natural log of the probability that all of the first line is right, below which nothing is shown unasked: two in seven. The mean of a
 * token says little where there are many of them, and neither the place nor the length beside it says more (bench/results/usefulness.md).
 * With Qwen2.5-Coder 0.5B, 43 % of what is shown has a right first line instead of 32 % at a limit of -2, with as many right lines.
 */
export const LEAST_LINE = -1.25;

/** A token is a little longer than where windows are cut, on the safe side. */
const CHARACTERS_A_TOKEN = CHARS_PER_TOKEN + 0.5;

/** `confidence`: mean natural log of the probability of a token. Of the line that is written first, as it is shown. */
export function lineLogProbability(confidence: number, text: string): number {
  const line = text.trimStart().split('\n', 1)[0]!;
  return confidence * Math.max(1, line.length / CHARACTERS_A_TOKEN);
}

/** Who types the beginning of a line that was not likely enough is shown the rest as soon as that is. */
export const likely: Filter = (suggestion, { confidence, leastConfidence }) =>
  Number.isFinite(leastConfidence) && lineLogProbability(confidence, suggestion.text) < LEAST_LINE
    ? { dropped: 'not likely to be right' }
    : suggestion;
