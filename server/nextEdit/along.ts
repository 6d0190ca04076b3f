/** While a person types along a proposal, the rest of it stays proposed. */
import type { TextEdit } from './textEdit.ts';

/** The rest of an edit of `was` now that the text is `is`: all of it if nothing was typed; null if something else was, or all of it. */
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
  // What has not been replaced yet must be the end of the old text.
  const left = middle.slice(typed);
  if (!replaced.endsWith(left)) return null;
  return { start: start + typed, end: start + middle.length, text: text.slice(typed) };
}
