/** While a person types what is proposed, the rest of it stays proposed. */
import type { TextEdit } from './textEdit.ts';

/**
 * What is left of an edit of `was` now that the text is `is`: all of it where nothing was typed; null where something else was, or where
 * all of it was.
 */
export function restOf(was: string, { start, end, text }: TextEdit, is: string): TextEdit | null {
  const behind = was.length - end;
  const middle = is.slice(start, is.length - behind);
  if (is.length < start + behind) return null;
  if (!is.startsWith(was.slice(0, start)) || !is.endsWith(was.slice(end))) return null;
  const replaced = was.slice(start, end);
  if (middle === text) return null;
  if (middle === replaced) return { start, end, text };
  let typed = 0;
  while (typed < Math.min(middle.length, text.length) && middle[typed] === text[typed]) typed++;
  // What was not typed yet is of the old text, from its end.
  const left = middle.slice(typed);
  if (!replaced.endsWith(left)) return null;
  return { start: start + typed, end: start + middle.length, text: text.slice(typed) };
}
