/** Tree-sitter needs the surroundings, not the file. */
export const PARSED_UNITS = 3000;

/** The end of a comment that goes over lines: of the kind that no string holds. */
const COMMENT_END = /^[ \t]*(?:\*.*)?\*\/[ \t]*$/m;

/**
 * The text before a cursor that is parsed with what is generated. It begins with a line, and behind a comment that it would begin in the
 * middle of: the apostrophe of "it's" would make a string of all that follows.
 */
export function parsedBefore(before: string): string {
  if (before.length <= PARSED_UNITS) return before;
  const cut = before.slice(-PARSED_UNITS);
  const window = cut.slice(cut.indexOf('\n') + 1);
  const end = COMMENT_END.exec(window);
  if (end === null || window.slice(0, end.index).includes('/*')) return window;
  return window.slice(end.index + end[0].length);
}
