import { blockWordsOf } from '../keywordBlocks.ts';
import type { Filter } from '../suggestion.ts';

const OPENS = /[([{]\s*$/;
const OPENS_BY_COLON = /:\s*$/;

/** Drops trailing lines that only open a block: nobody wants a head without its body. */
export const openEnd: Filter = (suggestion, { cursor }) => {
  const lines = suggestion.text.split('\n');
  const words = blockWordsOf(cursor.languageId);
  const opens = (line: string): boolean =>
    OPENS.test(line) || words?.opens.test(line) || (cursor.languageId === 'python' && OPENS_BY_COLON.test(line));
  let count = lines.length;
  while (count > 1 && (lines[count - 1]!.trim() === '' || opens(lines[count - 1]!))) count--;
  const cut = lines.slice(count).some((line) => line.trim() !== '');
  return cut ? { ...suggestion, text: lines.slice(0, count).join('\n') } : suggestion;
};
