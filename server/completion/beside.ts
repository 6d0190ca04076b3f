/** The text in which speculation looks for repetitions beside the prompt: the file out of the window, and similar code. */

/** On either side. Tokenizing it takes a few milliseconds, once until the window moves. */
const REACH = 4000;

/**
 * What stands before and behind the windows (`reach` as the prompt builder gives it), and `similar` code of the
 * repository, the best last. Windows move in blocks, so it stays the same while one types.
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
