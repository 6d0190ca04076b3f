import { blockEnd } from '../blockEnd.ts';
import { blockWordsOf } from '../keywordBlocks.ts';
import { parsedBefore } from '../parsedBefore.ts';
import type { Filter, Filtered } from '../suggestion.ts';
import { ENDS_IN_WORD } from './insideWord.ts';

/**
 * Keeps the first line, or the block; of what was cut off, only whole lines, of a single one whole words. A block is the same one from its
 * first letter typed to its last: somebody who types along does not want to see it shrink to a line.
 */
export const stopAtShape: Filter = (suggestion, { shape, cursor, typed, cutOff, syntax }) => {
  const { text } = suggestion;
  const wholeWords = (): Filtered => (cutOff ? { ...suggestion, text: withoutHalfWord(text) } : suggestion);
  if (shape === 'line') {
    const end = text.indexOf('\n');
    return end < 0 ? wholeWords() : { ...suggestion, text: text.slice(0, end) };
  }
  const whole = typed + text;
  const before = parsedBefore(cursor.before.slice(0, cursor.before.length - typed.length));
  const end = blockEnd(`${whole}\n`, before, syntax, blockWordsOf(cursor.languageId));
  if (end >= 0 && end < whole.length) return { ...suggestion, text: whole.slice(typed.length, end) };
  const lastBreak = whole.lastIndexOf('\n');
  if (lastBreak <= 0 || lastBreak < typed.length) return wholeWords();
  return cutOff ? { ...suggestion, text: whole.slice(typed.length, lastBreak) } : suggestion;
};

/** The last word of a line that was cut off may be half of one: `${otel.tr`. One that is all there is may be worth it. */
function withoutHalfWord(text: string): string {
  const word = ENDS_IN_WORD.exec(text)?.[0] ?? '';
  const whole = text.slice(0, text.length - word.length);
  return whole.trim() === '' ? text : whole;
}
