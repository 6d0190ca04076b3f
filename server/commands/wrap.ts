/** Help as wide as the terminal: one that breaks lines itself does so within words. */

/** Of what is no terminal, or says that it has no columns. */
const USUAL_WIDTH = 80;
const LEAST_WIDTH = 40;

/** Breaks each line at spaces, outside brackets if it can. What goes on is indented by `hanging`, else a little further than its line. */
export function wrapped(text: string, out: Pick<NodeJS.WriteStream, 'columns'>, hanging?: number): string {
  // Some terminals go to the next line after the last column.
  const width = Math.max(LEAST_WIDTH, (out.columns || USUAL_WIDTH) - 1);
  return text
    .split('\n')
    .map((line) => wrapLine(line, width, ' '.repeat(hanging ?? bodyOf(line) + 2)))
    .join('\n');
}

/** Where its words begin. */
function bodyOf(line: string): number {
  return /^(?:usage: )? */.exec(line)![0].length;
}

function wrapLine(line: string, width: number, indent: string): string {
  const lines: string[] = [];
  let left = line;
  for (let at = breakAt(left, width, 0); at !== null; at = breakAt(left, width, indent.length)) {
    lines.push(left.slice(0, at));
    left = `${indent}${left.slice(at).trimStart()}`;
  }
  return [...lines, left].join('\n');
}

/** The space to break a line at, which has words from `from` on; null for one that is short enough, or has only one word. */
function breakAt(line: string, width: number, from: number): number | null {
  if (line.length <= width) return null;
  const start = Math.max(from, bodyOf(line));
  /** The last space within the width, by the brackets around it. */
  const spaces: number[] = [];
  let depth = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '[') depth++;
    if (line[at] === ']') depth--;
    if (line[at] !== ' ' || at <= start) continue;
    if (at > width) return best(spaces, start, width) ?? at;
    spaces[Math.max(0, depth)] = at;
  }
  return best(spaces, start, width);
}

/** Outside brackets, unless that leaves more than half of the line empty. */
function best(spaces: readonly (number | undefined)[], start: number, width: number): number | null {
  const there = spaces.filter((at) => at !== undefined);
  return there.find((at) => at > (start + width) / 2) ?? (there.length > 0 ? Math.max(...there) : null);
}
