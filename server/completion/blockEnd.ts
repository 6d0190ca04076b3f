import { indentWidth } from './cursor.ts';

const CLOSING_LINE = /^\s*[)\]}]/;

/**
 * Where in generated `text` the block it stands in ends, by indentation; -1 while it has not. `linePrefix` is the
 * cursor's line before the cursor. A complete line is needed to decide, so nothing depends on how text arrives.
 */
export function blockEnd(text: string, linePrefix: string): number {
  const lines = text.split('\n');
  const opensHere = linePrefix.trim() !== '';
  const depth = indentWidth(linePrefix);
  let at = lines[0]!.length;
  let contentEnd = at;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!;
    const complete = i < lines.length - 1;
    if (line.trim() === '') {
      // An empty line ends a suggestion once it has content: what follows is the next thought.
      if (complete && text.slice(0, at).trim() !== '' && !(opensHere && i === 1)) return contentEnd;
    } else {
      const width = indentWidth(line);
      if (opensHere && width <= depth) {
        if (!CLOSING_LINE.test(line) || width < depth) return contentEnd;
        return complete ? at + 1 + line.length : -1;
      }
      if (!opensHere && width < depth) return contentEnd;
      contentEnd = at + 1 + line.length;
    }
    at += 1 + line.length;
  }
  return -1;
}
