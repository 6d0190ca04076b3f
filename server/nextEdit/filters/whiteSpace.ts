import type { EditFilter } from './filter.ts';

/**
 * Rejects changes of white space alone, which formatters do better. Changed indentation is more than that: a block was put around the
 * lines.
 */
export const whiteSpace: EditFilter = ({ before, after }) =>
  textOf(before) === textOf(after) ? 'it changes white space alone' : null;

/** Without empty lines and trailing white space. */
function textOf(lines: readonly string[]): string {
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
