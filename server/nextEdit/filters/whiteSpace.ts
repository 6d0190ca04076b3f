import type { EditFilter } from './filter.ts';

/** Formatters do that better. Indentation that grows or shrinks is more than white space: a block was put around the lines. */
export const whiteSpace: EditFilter = ({ before, after }) =>
  before
    .join('\n')
    .trimEnd()
    .replaceAll(/[ \t]+$/gm, '') ===
    after
      .join('\n')
      .trimEnd()
      .replaceAll(/[ \t]+$/gm, '') ||
  (isBlank(before) && isBlank(after))
    ? 'it changes white space alone'
    : null;

function isBlank(lines: readonly string[]): boolean {
  return lines.every((line) => line.trim() === '');
}
