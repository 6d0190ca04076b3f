import type { EditFilter } from './filter.ts';

/** Formatters do that better. Indentation that grows or shrinks is more than white space: a block was put around the lines. */
export const whiteSpace: EditFilter = ({ before, after }) =>
  textOf(before) === textOf(after) ? 'it changes white space alone' : null;

/** Without empty lines, wherever they are, and without what stands behind the text. */
function textOf(lines: readonly string[]): string {
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
