/** Where a line begins in the text of these lines, in UTF-16 units. */
export function lineOffset(lines: readonly string[], line: number): number {
  return lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0);
}
