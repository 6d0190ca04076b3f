/** Text beside the prompt that speculation searches for repetitions: the file outside the windows, and similar code. */

/** Characters on either side. Tokenizing them takes a few milliseconds, once per move of the window. */
const REACH = 4000;

/**
 * The text before and after the windows (`reach` as the prompt builder gives it), and `similar` code of the repository,
 * the best last. Windows move in blocks, so it stays the same during typing.
 */
export function textBeside(
  { text, offset, similar }: { readonly text: string; readonly offset: number; readonly similar: string },
  reach: { readonly before: number; readonly behind: number },
): string {
  const start = offset - reach.before;
  const before = text.slice(Math.max(0, start - REACH), start);
  const end = offset + reach.behind;
  const behind = text.slice(end, end + REACH);
  return [similar, behind, before]
    .filter((part) => part !== '')
    .join('\n')
    .replaceAll('\r\n', '\n')
    .toWellFormed();
}
