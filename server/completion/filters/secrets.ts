import { ownFindings } from '../../secrets/own.ts';
import { tokenRuns } from '../../secrets/runs.ts';
import type { Filter } from '../suggestion.ts';

/** A shorter piece tells nothing. */
const LEAST_PIECE = 8;

/**
 * A key or password is not offered, wherever the model has it from: the open file, or what it was trained on. Looked at
 * together with the line it goes on, since the name before the cursor is what tells a password from a word; and piece by piece
 * in a string that is still open, since a model that learned a key by heart may write it with a gap. One written with a digit too few
 * has no format any more: long hexadecimal numbers are offered where the document has them, and nowhere else.
 */
export const secrets: Filter = (suggestion, { cursor }) => {
  const { linePrefix, before, after } = cursor;
  const whole = ownFindings(linePrefix + suggestion.text).some(({ end }) => end > linePrefix.length);
  const found =
    whole ||
    valuesOf(linePrefix, suggestion.text).some((line) => ownFindings(line).length > 0) ||
    longNumbers(linePrefix, suggestion.text).some((number) => !before.includes(number) && !after.includes(number));
  return found ? { dropped: 'looks like a secret' } : suggestion;
};

/** The line as if each piece of the text, up to the end of the string at the cursor, were the string. */
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

/** Hexadecimal numbers of at least 24 digits, a short prefix included, that the text writes or ends. */
function longNumbers(linePrefix: string, text: string): string[] {
  const line = linePrefix + text;
  return tokenRuns(line, 24)
    .filter(({ end }) => end > linePrefix.length)
    .map(({ start, end }) => line.slice(start, end))
    .filter((token) => {
      const digits = /[0-9a-f]{24,}$/i.exec(token)?.[0] ?? '';
      return (digits.match(/[0-9]/g)?.length ?? 0) >= 4 && (digits.match(/[a-f]/gi)?.length ?? 0) >= 4;
    });
}
