import { blockEnd } from '../blockEnd.ts';
import { blockWordsOf } from '../keywordBlocks.ts';
import { parsedBefore } from '../parsedBefore.ts';
import type { Filter } from '../suggestion.ts';

/** Keeps the first line, or the block; of several lines that were cut off, only whole ones. */
export const stopAtShape: Filter = (suggestion, { shape, cursor, cutOff, syntax }) => {
  const { text } = suggestion;
  if (shape === 'line') {
    const end = text.indexOf('\n');
    return end < 0 ? suggestion : { ...suggestion, text: text.slice(0, end) };
  }
  const end = blockEnd(`${text}\n`, parsedBefore(cursor.before), syntax, blockWordsOf(cursor.languageId));
  if (end >= 0 && end < text.length) return { ...suggestion, text: text.slice(0, end) };
  const lastBreak = text.lastIndexOf('\n');
  return cutOff && lastBreak > 0 ? { ...suggestion, text: text.slice(0, lastBreak) } : suggestion;
};
