/** Tree-sitter needs the surroundings, not the file. */
export const PARSED_UNITS = 3000;

/** End of a multi-line comment, in a form that no string contains. */
const COMMENT_END = /^[ \t]*(?:\*.*)?\*\/[ \t]*$/m;
/** Quotes of multi-line strings. */
const LONG_QUOTE = /"""|'''/g;
/** Lines that are code and hardly ever prose. */
const CODE_LINE =
  /^[ \t]*(?:(?:async )?def \w+\(|class \w+[(:]|return\b|import \w|from [\w.]+ import |(?:if|for|while|with|elif|except)\b.*:[ \t]*$|(?:else|try|finally):|@\w|raise \w|[\w.[\]'"]+(?:, [\w.]+)* [-+*/|]?= |[\w.]+\(|[)\]}])/gm;

/**
 * The text before a cursor that is parsed together with what is generated. It begins at a line, and after any comment or string that the
 * cut would split: the apostrophe of "it's" would make a string of all that follows.
 */
export function parsedBefore(before: string): string {
  if (before.length <= PARSED_UNITS) return before;
  const cut = before.slice(-PARSED_UNITS);
  return behindString(behindComment(cut.slice(cut.indexOf('\n') + 1)));
}

function behindComment(window: string): string {
  const end = COMMENT_END.exec(window);
  if (end === null || window.slice(0, end.index).includes('/*')) return window;
  return window.slice(end.index + end[0].length);
}

/** The start of a string looks like its end: the window begins inside one if reading it that way leaves more code outside strings. */
function behindString(window: string): string {
  const first = window.search(LONG_QUOTE);
  if (first < 0) return window;
  const lines = { outside: 0, inside: 0 };
  for (const [i, piece] of window.split(LONG_QUOTE).entries())
    lines[i % 2 === 0 ? 'outside' : 'inside'] += piece.match(CODE_LINE)?.length ?? 0;
  return lines.inside > lines.outside ? window.slice(first + 3) : window;
}
