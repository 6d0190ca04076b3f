/** The difference between current and proposed lines, for drawing. No vscode here. */
import { trimmed } from './replacement.ts';

/** Lines `from` to before `to` of the old text become those of the new. */
export interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/** Characters `from` to before `to` of a line are replaced by `text`. */
export interface Fragment {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Above this, everything between the first and last difference counts as changed: the table's size is the product of both lengths. */
const MOST_CELLS = 40_000;
/** With more pieces, a line is easier to read rewritten as a whole. */
const MOST_FRAGMENTS = 3;
/** Characters; a longer line is not split into words. */
const LONGEST_LINE = 2000;

export function hunksOf(old: readonly string[], updated: readonly string[]): Hunk[] {
  return differences(old, updated).map(([from, to, newFrom, newTo]) => ({ from, to, newFrom, newTo }));
}

/** The pieces of a line that change, word by word; null if the line is better shown rewritten. */
export function fragmentsOf(old: string, updated: string): Fragment[] | null {
  if (Math.max(old.length, updated.length) > LONGEST_LINE) {
    const { start, before, after } = trimmed({ start: 0, before: old, after: updated });
    return [{ from: start, to: start + before.length, text: after }];
  }
  const words = wordsOf(old);
  const newWords = wordsOf(updated);
  const offset = offsetsOf(words);
  const fragments = joined(
    differences(words, newWords).map(([from, to, newFrom, newTo]) => ({
      from: offset[from] as number,
      to: offset[to] as number,
      text: newWords.slice(newFrom, newTo).join(''),
    })),
    old,
  );
  const gone = fragments.reduce((sum, { from, to }) => sum + to - from, 0);
  const code = old.trim().length;
  if (fragments.length > MOST_FRAGMENTS || (fragments.length > 1 && gone > 0.7 * code)) return null;
  return fragments;
}

/** Two changes with only a space or a dot between them read as one. */
function joined(fragments: readonly Fragment[], old: string): Fragment[] {
  const all: Fragment[] = [];
  for (const fragment of fragments) {
    const last = all.at(-1);
    const between = last === undefined ? '' : old.slice(last.to, fragment.from);
    if (last === undefined || between.length > 1 || /\w/.test(between)) all.push(fragment);
    else all.splice(-1, 1, { from: last.from, to: fragment.to, text: last.text + between + fragment.text });
  }
  return all;
}

function wordsOf(line: string): string[] {
  return line.match(/[\p{L}\p{N}_$]+|\s+|[^\p{L}\p{N}_$\s]/gu) ?? [];
}

function offsetsOf(words: readonly string[]): number[] {
  const offsets = [0];
  for (const word of words) offsets.push((offsets.at(-1) as number) + word.length);
  return offsets;
}

type Difference = readonly [from: number, to: number, newFrom: number, newTo: number];

/** By the longest common subsequence of what lies between the first and the last difference. */
function differences(old: readonly string[], updated: readonly string[]): Difference[] {
  const most = Math.min(old.length, updated.length);
  let head = 0;
  while (head < most && old[head] === updated[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === updated.at(-1 - tail)) tail++;
  const a = old.slice(head, old.length - tail);
  const b = updated.slice(head, updated.length - tail);
  if (a.length === 0 && b.length === 0) return [];
  if (a.length * b.length > MOST_CELLS) return [[head, head + a.length, head, head + b.length]];
  const length = commonLengths(a, b);
  const at = (i: number, j: number): number => length[i * (b.length + 1) + j] as number;
  const found: Difference[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [from, newFrom] = [i, j];
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) i++;
      else j++;
    }
    if (i > from || j > newFrom) found.push([head + from, head + i, head + newFrom, head + j]);
    while (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    }
  }
  return found;
}

/** Length of the longest common subsequence of the suffixes at each pair of positions, `[a.length + 1, b.length + 1]`. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => length[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  return length;
}
