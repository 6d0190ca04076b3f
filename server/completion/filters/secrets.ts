import type { SecretRange } from '../../secrets/finding.ts';
import { ownFindings } from '../../secrets/own.ts';
import { tokenRuns } from '../../secrets/runs.ts';
import type { Filter } from '../suggestion.ts';

/** Shorter pieces say nothing. */
const LEAST_PIECE = 8;

const LEAST_DIGITS = 24;
const LONGEST_NUMBER = 200;

/** Rules that go by the looks of a text alone, not by a name or format. */
const BY_LOOKS = new Set(['entropy', 'uuid', 'like a password']);

/**
 * Never offers a key or password, whether the model has it from the open file or from training. It is judged together with its line, since
 * the name before the cursor tells a password from a word; and piece by piece in an open string, since a model may write a memorized key
 * with a gap. One with a digit missing no longer matches its format: long hexadecimal numbers are offered only where the document has them.
 */
export const secrets: Filter = (suggestion, { cursor }) => {
  const { linePrefix, before, after } = cursor;
  const known = (number: string) => before.includes(number) || after.includes(number);
  const secretsOf = (line: string): SecretRange[] =>
    ownFindings(line).filter(({ start, end, rule }) => {
      const number = line.slice(start, end);
      return !(BY_LOOKS.has(rule) && isLongNumber(number) && known(number));
    });
  const found =
    secretsOf(linePrefix + suggestion.text).some(({ end }) => end > linePrefix.length) ||
    valuesOf(linePrefix, suggestion.text).some((line) => secretsOf(line).length > 0) ||
    longNumbers(linePrefix, suggestion.text).some((number) => !known(number));
  return found ? { dropped: 'looks like a secret' } : suggestion;
};

/** The line once per piece of the text, up to the end of the string at the cursor, with that piece as the string. */
function valuesOf(linePrefix: string, text: string): string[] {
  const last = /["'`](?=[^"'`]*$)/.exec(linePrefix);
  if (last === null || linePrefix.split(last[0]).length % 2 === 1) return [];
  const quote = last[0];
  const head = linePrefix.slice(0, last.index + 1);
  const [content = ''] = text.split(quote, 1);
  return content
    .split(/\s+/)
    .filter((piece) => piece.length >= LEAST_PIECE)
    .map((piece) => head + piece + quote);
}

/** Hexadecimal numbers that end in the text. */
function longNumbers(linePrefix: string, text: string): string[] {
  const line = linePrefix + text;
  return tokenRuns(line, LEAST_DIGITS)
    .filter(({ end }) => end > linePrefix.length)
    .map(({ start, end }) => line.slice(start, end))
    .filter(isLongNumber);
}

/** Including one with a short prefix. */
function isLongNumber(token: string): boolean {
  const digits = /[0-9a-f]*$/i.exec(token.slice(-LONGEST_NUMBER))?.[0] ?? '';
  if (digits.length < LEAST_DIGITS) return false;
  return (digits.match(/[0-9]/g)?.length ?? 0) >= 4 && (digits.match(/[a-f]/gi)?.length ?? 0) >= 4;
}
