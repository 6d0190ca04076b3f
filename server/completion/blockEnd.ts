import type { SyntaxReader } from '../languages/syntax.ts';
import { indentWidth, lastLineOf } from './cursor.ts';
import type { BlockWords } from './keywordBlocks.ts';

const CLOSING_LINE = /^\s*[)\]}]/;
const OPEN_BRACKET = /[([{]\s*$/;
const OPEN_LIST = /[([]\s*$/;
/** What belongs to a block behind its closing bracket if its line opens another: `}).then((x) => {`. */
const CLOSED = /^[)\]}]*/;

/**
 * Where in generated `text` the block around the cursor ends; -1 if it has not yet. Brackets decide for blocks that a bracket opened: the
 * line of the closing one belongs to them (`}, 100);`, `}()`), unless it opens another; where that is still the line of a list, all of it
 * does (`if (a) {`). Indentation decides for others, and the line with the word that closes one belongs to it. Lines inside brackets,
 * strings and comments never end one. `before` is the text before the cursor; `words` as in the language. Only complete lines decide, so
 * the result does not depend on how the text arrives.
 */
export function blockEnd(
  text: string,
  before: string,
  syntax: SyntaxReader | null,
  words: BlockWords | null = null,
): number {
  const lines = text.split('\n');
  if (lines.length === 1) return -1;
  const linePrefix = lastLineOf(before);
  const states = syntax?.lineStarts(before, text) ?? null;
  const opensHere = linePrefix.trim() !== '';
  const byBrackets = opensHere && states !== null && OPEN_BRACKET.test(linePrefix);
  const depth = indentWidth(linePrefix);
  const opener = opensHere ? linePrefix : lastLineOf(before.trimEnd());
  const closes = (line: string): boolean =>
    words?.closes.test(line) === true && indentWidth(line) === indentWidth(opener);
  let at = 0;
  let contentEnd = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const lineEnd = at + line.length;
    const complete = i < lines.length - 1;
    const state = states?.[i];
    const closedAt = state?.closedAt ?? -1;
    const isList = i === 0 && OPEN_LIST.test(linePrefix);
    const inside = state !== undefined && (state.inText || state.depth > 0);
    if (closedAt >= 0 && (opensHere || i > 0)) {
      if (!complete) return -1;
      if (!opensHere) return contentEnd;
      const behind = text.slice(closedAt, lineEnd);
      const goesOn = !isList && (OPEN_BRACKET.test(behind) || (states?.[i + 1]?.depth ?? 0) >= 0);
      return goesOn ? closedAt + CLOSED.exec(behind)![0].length : at + line.trimEnd().length;
    }
    if (line.trim() === '') {
      // An empty line ends a suggestion that has content: what follows it is a new thought.
      if (complete && !inside && text.slice(0, at).trim() !== '') return contentEnd;
    } else {
      if (i > 0 && !inside && (!byBrackets || words?.closes.test(line))) {
        const width = indentWidth(line);
        if (byBrackets && width <= depth) return contentEnd;
        if (!byBrackets && (width < depth || (opensHere && width === depth))) {
          if (!closes(line) && !(opensHere && width === depth && CLOSING_LINE.test(line))) return contentEnd;
          return complete ? lineEnd : -1;
        }
      }
      contentEnd = lineEnd;
    }
    at = lineEnd + 1;
  }
  return -1;
}
