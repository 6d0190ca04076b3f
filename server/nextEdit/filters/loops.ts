import { loopAtEnd } from '../../completion/lineLoop.ts';
import { applied } from '../../edits/change.ts';
import type { EditFilter } from './filter.ts';

/** Lines around the change that are searched for repeated passages. */
const AROUND = 5;

/** Rejects lines that repeat those before or after them if the file did not do so before. */
export const loops: EditFilter = (change, { situation: { lines } }) => {
  const { line, before, after } = change;
  const [was, is] = [loopsIn(lines, line, before.length), loopsIn(applied(lines, change), line, after.length)];
  return is > was ? 'it repeats itself' : null;
};

function loopsIn(lines: readonly string[], line: number, length: number): number {
  let found = 0;
  for (let end = line; end <= Math.min(lines.length, line + length + AROUND); end++)
    if (loopAtEnd(lines.slice(Math.max(0, end - 2 * AROUND), end)) > 0) found++;
  return found;
}
