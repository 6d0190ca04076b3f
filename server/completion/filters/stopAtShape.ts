import { blockEnd } from '../blockEnd.ts';
import { blockWordsOf } from '../keywordBlocks.ts';
import { parsedBefore } from '../parsedBefore.ts';
import type { Filter } from '../suggestion.ts';

/**
 * Keeps the first line, or the block; of several lines that were cut off, only whole ones. A block is the same one from its first letter
 * typed to its last: somebody who types along does not want to see it shrink to a line.
 */
export const stopAtShape: Filter = (suggestion, { shape, cursor, typed, cutOff, syntax }) => {
  const { text } = suggestion;
  if (shape === 'line') {
    const end = text.indexOf('\n');
    return end < 0 ? suggestion : { ...suggestion, text: text.slice(0, end) };
  }
  const whole = typed + text;
  const before = parsedBefore(cursor.before.slice(0, cursor.before.length - typed.length));
  const end = blockEnd(`${whole}\n`, before, syntax, blockWordsOf(cursor.languageId));
  if (end >= 0 && end < whole.length) return { ...suggestion, text: whole.slice(typed.length, end) };
  const lastBreak = whole.lastIndexOf('\n');
  const isWhole = !cutOff || lastBreak <= 0 || lastBreak < typed.length;
  return isWhole ? suggestion : { ...suggestion, text: whole.slice(typed.length, lastBreak) };
};
