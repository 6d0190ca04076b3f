import type { Filter } from '../suggestion.ts';

/** Longer words are data. */
const LONGEST = 200;
/** Scripts that put blanks between words: in Chinese text, any character may follow another. */
export const ENDS_IN_WORD = /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{M}\p{N}_$]+$/u;
const BEGINS = /^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{M}\p{N}_$]+/u;

/**
 * Drops what would make a new word of the rest of one: in the middle of `Math`, small models write its end once more (`Mathth`), or the end
 * of another. Asked for there, a word is wanted that the document has.
 */
export const insideWord: Filter = (suggestion, { cursor: { linePrefix, lineRest, before, after } }) => {
  const { text, replaceAfter } = suggestion;
  const begun = ENDS_IN_WORD.exec(linePrefix.slice(-LONGEST))?.[0];
  const rest = BEGINS.exec(lineRest.slice(replaceAfter))?.[0];
  const last = ENDS_IN_WORD.exec(text.slice(-LONGEST))?.[0];
  if (begun === undefined || rest === undefined || last === undefined) return suggestion;
  const made = last === text ? begun + last + rest : last + rest;
  return hasWord(before, made) || hasWord(after, made)
    ? suggestion
    : { dropped: 'makes a new word of the rest of one' };
};

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
    if (
      !ENDS_IN_WORD.test(text.slice(Math.max(0, at - 2), at)) &&
      !BEGINS.test(text.slice(at + word.length, at + word.length + 2))
    )
      return true;
  return false;
}
