import type { SecretRange } from '../finding.ts';
import { readsLikeWords } from '../letterPairs.ts';
import { linear } from '../linear.ts';
import { isWord } from '../literals.ts';
import { PerLine } from '../perLine.ts';
import { entropyBits, isMadeUp } from '../randomness.ts';
import { cloud } from './cloud.ts';
import { development } from './development.ts';
import type { Format } from './format.ts';
import { keys } from './keys.ts';
import { services } from './services.ts';

export const formats: readonly Format[] = [...cloud, ...development, ...services, ...keys];

interface Word {
  readonly word: string;
  readonly opens: boolean;
  readonly anyCase: boolean;
}

/** The words of a format, as a list. */
export function wordsOf([, words, source]: Format): Word[] {
  return words.split(' ').map((mark) => {
    const opens = /^\^./.test(mark);
    const word = mark.slice(opens ? 1 : 0).replace(/(?<=.)\+(?=.)/g, ' ');
    return { word, opens, anyCase: source.startsWith('(?i)') };
  });
}

/** Whether a word found in any case and anywhere is written as in a match. */
export function standsAsWritten(text: string, end: number, { word, opens, anyCase }: Word): boolean {
  const start = end - word.length;
  if (!anyCase && !text.startsWith(word, start)) return false;
  const before = text.charCodeAt(start - 1);
  // Like RE2's `\b`, which knows only ASCII letters.
  return !(opens && before < 128 && isWord(before));
}

const byWord = formats.flatMap((format) => {
  const [name, , source] = format;
  const pattern = linear(source);
  return wordsOf(format).map((word) => ({ ...word, name, pattern }));
});
export const formatWords: readonly string[] = byWord.map(({ word }) => word);

/** How far around its word a format is searched for, UTF-16 units; only on its line. */
const reach = { before: 120, after: 400 } as const;
/** The shortest match of every format is no longer than this, UTF-16 units. */
const longestLeast = 160;
/** With more places, a line is no source text: it is reported as a whole, unread. */
const mostPlaces = 100;

/** Secrets with a known format, for each occurrence of {@link formatWords}: patterns see only the text around it. */
export function formatVisitor(text: string, found: SecretRange[]): (word: number, end: number) => void {
  // Per format, how far its words have been checked.
  const done = new Map<string, number>();
  const line = new PerLine(text);
  return (word, end) => {
    const format = byWord[word] as (typeof byWord)[number];
    if (end <= (done.get(format.name) ?? 0) || !standsAsWritten(text, end, format)) return;
    const places = line.count(end);
    if (places > mostPlaces) {
      if (places === mostPlaces + 1) found.push({ start: end, end: line.end, rule: 'too many to look at' });
      return;
    }
    const from = lineStart(text, end, reach.before);
    const to = Math.min(line.end, end + reach.after);
    const piece = text.slice(from, to);
    // The shortest match needs no more units, so words before that need no piece of their own.
    done.set(format.name, to === line.end ? to : to - longestLeast);
    if (!format.pattern.test(piece)) return;
    for (const match of format.pattern.ranges(piece)) {
      if (!isSerious(piece.slice(match.start, match.end))) continue;
      found.push({ start: from + match.start, end: from + match.end, rule: format.name });
      done.set(format.name, Math.max(done.get(format.name) ?? 0, from + match.end));
    }
  };
}

function lineStart(text: string, at: number, most: number): number {
  let from = at;
  while (from > 0 && at - from < most && text.charCodeAt(from - 1) !== 10) from--;
  return from;
}

/** Not `ghp_xxxxxxxx`, and no words if a format is little more than a length. */
function isSerious(match: string): boolean {
  if (
    entropyBits(match) < 2.5 ||
    isMadeUp(match.slice(match.search(/\S+$/))) ||
    // As in the documentation of AWS.
    /EXAMPLE$|x{6}|X{6}|\*{3}|\.{3}|\$\{|\{\{/.test(match)
  )
    return false;
  return /[0-9]/.test(match) || (/[A-Z]/.test(match) && /[a-z]/.test(match) && !readsLikeWords(match));
}
