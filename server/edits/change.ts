/** Line changes, the unit of next edits: recent ones, and those to come. Lines exclude their breaks. */

/** Lines of one file that replaced others. Both empty is no change. */
export interface LineChange {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  /** First affected line, from 0, in the file as it was before this change. */
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Lines from `from` to before `to`, from 0. */
export interface LineSpan {
  readonly from: number;
  readonly to: number;
}

export function applied(lines: readonly string[], { line, before, after }: LineChange): string[] {
  return [...lines.slice(0, line), ...after, ...lines.slice(line + before.length)];
}

export function reversed({ path, line, before, after }: LineChange): LineChange {
  return { path, line, before: after, after: before };
}

export function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, i) => line === other[i]);
}

export function growthOf({ before, after }: LineChange): number {
  return after.length - before.length;
}

/** Two consecutive changes of one file in reverse order; null if the newer one changed what the older one wrote. */
export function swapped(older: LineChange, newer: LineChange): { first: LineChange; second: LineChange } | null {
  if (newer.line >= older.line + older.after.length)
    return { first: { ...newer, line: newer.line - growthOf(older) }, second: older };
  if (newer.line + newer.before.length <= older.line)
    return { first: newer, second: { ...older, line: older.line + growthOf(newer) } };
  return null;
}

/** Each as if made last, so that its line numbers refer to the current file; null if a newer one changed what it wrote. */
export function asMadeLast(changes: readonly LineChange[]): (LineChange | null)[] {
  return changes.map((change, i) =>
    changes
      .slice(i + 1)
      .filter(({ path }) => path === change.path)
      .reduce((last: LineChange | null, newer) => last && (swapped(last, newer)?.second ?? null), change),
  );
}

/** Whether a change directly after another is its {@link reversed}. */
export function undoes(change: LineChange, { path, line, before, after }: LineChange): boolean {
  if (change.path !== path || change.line !== line) return false;
  return sameLines(change.before, after) && sameLines(change.after, before);
}

/** Whether the lines from `at` on already occur in their own replacement, e.g. in a block put around them; ignoring indentation. */
export function standsIn(
  made: readonly string[],
  here: readonly string[],
  lines: readonly string[],
  at: number,
): boolean {
  const isSame = (line: string | undefined, other: string): boolean => line?.trim() === other.trim();
  for (let above = 0; above <= made.length - here.length; above++) {
    if (!here.every((line, i) => isSame(made[above + i], line))) continue;
    if (made.every((line, i) => isSame(lines[at - above + i], line))) return true;
  }
  return false;
}

/** The smallest change that turns `before` into `after`, both starting at `line`; null if they are equal. */
export function changeBetween(
  path: string,
  line: number,
  before: readonly string[],
  after: readonly string[],
): LineChange | null {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  if (head === before.length && head === after.length) return null;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return {
    path,
    line: line + head,
    before: before.slice(head, before.length - tail),
    after: after.slice(head, after.length - tail),
  };
}

/**
 * Lines `span` of a file as they were before `changes`, oldest first, were made to it. A change that crosses the span's edge is reverted
 * entirely, so the result may contain a line or two more.
 */
export function before(lines: readonly string[], span: LineSpan, changes: readonly LineChange[]): string[] {
  let text = [...lines];
  let { from, to } = span;
  for (const change of changes.toReversed()) {
    const end = change.line + change.after.length;
    const grown = change.before.length - change.after.length;
    text = applied(text, reversed(change));
    if (end <= from) {
      from += grown;
      to += grown;
    } else if (change.line < to) {
      from = Math.min(from, change.line);
      to = Math.max(to, end) + grown;
    }
  }
  return text.slice(from, to);
}
