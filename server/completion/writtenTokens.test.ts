import { expect, it } from 'vitest';
import { lineLogProbability } from './worth.ts';
import { confidenceIn, tokensOf } from './writtenTokens.ts';

/** What the engine answers, by token. */
const answer = (...tokens: readonly (readonly [text: string, logProbability: number])[]) => {
  let bytes = 0;
  return {
    text: tokens.map(([text]) => text).join(''),
    logProbabilities: tokens.map(([, logProbability]) => logProbability),
    ends: tokens.map(([text]) => (bytes += Buffer.byteLength(text))),
  };
};
const written = answer(['total', -4], [' =', -1], [' größe', -0.2], [';', -0.1], ['\n\t\t', -0.5], ['return', -3]);
const tokens = tokensOf(written, 0);
const lineOf = (text: string, from = 0): number =>
  lineLogProbability({ confidence: confidenceIn(tokens, from, text), text });

it('places tokens by what they write besides blanks', () => {
  expect(tokens.map(({ end }) => end)).toEqual([5, 6, 11, 12, 12, 18]);
});

it('leaves out what was taken off the beginning', () => {
  expect(tokensOf(written, 5).map(({ end }) => end)).toEqual([0, 1, 6, 7, 7, 13]);
});

it('counts a character that two tokens share to the second', () => {
  const shared = tokensOf({ text: 'aß', logProbabilities: [-1, -2, -3], ends: [1, 2, 3] }, 0);
  expect(shared.at(-1)!.end).toBe(2);
});

it.each([
  ['as it was written: not by the lines behind it', written.text, 0, -5.3],
  ['of which the end was taken off', 'total = größe', 0, -5.2],
  ['behind a token that has been typed', ' = größe;', 5, -1.3],
  ['within a token that is half typed', 'ße;', 9, -0.2 * (2 / 5) - 0.1],
  ['below the line that has been typed, with its break', '\n\treturn', 12, -3.5],
])('judges a line by its own tokens: %s', (_, text, from, nats) => {
  expect(lineOf(text, from)).toBeCloseTo(nats, 10);
});

it('does not count the next line for a bracket that was added', () => {
  const text = 'total = größe;)';
  const confidence = confidenceIn(tokens, 0, text, written.text);
  expect(lineLogProbability({ confidence, text })).toBeCloseTo(-5.3, 10);
});

it('is never sure without tokens', () => {
  expect(confidenceIn([], 0, 'a')).toBe(Number.NEGATIVE_INFINITY);
});
