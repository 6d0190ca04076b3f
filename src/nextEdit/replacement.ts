/** One edit of a document's text, kept valid while the user types. Offsets in UTF-16 units. No vscode here. */

export interface Replacement {
  readonly start: number;
  /** The text there now. */
  readonly before: string;
  /** What takes its place. */
  readonly after: string;
}

/** A document change as the editor reports it. */
export interface Change {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Text of the document between two offsets. */
export type TextBetween = (from: number, to: number) => string;

/** How far from the cursor an edit may be moved to become an insertion there: one line of code, or twice its indentation. */
const CURSOR_REACH = 200;

/** Without the common prefix and suffix of both sides. Splits neither a surrogate pair nor a CRLF. */
export function trimmed({ start, before, after }: Replacement): Replacement {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  while (head > 0 && (cutsPair(before, head) || cutsPair(after, head))) head--;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  while (tail > 0 && (cutsPair(before, before.length - tail) || cutsPair(after, after.length - tail))) tail--;
  return {
    start: start + head,
    before: before.slice(head, before.length - tail),
    after: after.slice(head, after.length - tail),
  };
}

function cutsPair(text: string, at: number): boolean {
  return /^(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|\r\n)$/.test(text.slice(at - 1, at + 1));
}

/**
 * Turns an insertion of lines before a line into one at the end of the previous line: that is where one would type them, and where the
 * editor shows an insertion whole.
 */
export function behindTheLine(edit: Replacement, textBetween: TextBetween): Replacement {
  const lineBreak = /\r?\n$/.exec(edit.after)?.[0];
  if (edit.before !== '' || lineBreak === undefined) return edit;
  const start = edit.start - lineBreak.length;
  if (start < 0 || textBetween(start, edit.start) !== lineBreak) return edit;
  return { start, before: '', after: lineBreak + edit.after.slice(0, -lineBreak.length) };
}

/** What the edit inserts at the cursor, if it only inserts; else null. */
export function insertionAt(edit: Replacement, cursor: number, textBetween: TextBetween): string | null {
  const end = edit.start + edit.before.length;
  if (cursor < edit.start - CURSOR_REACH || cursor > end + CURSOR_REACH) return null;
  const lead = cursor < edit.start ? textBetween(cursor, edit.start) : '';
  const tail = cursor > end ? textBetween(end, cursor) : '';
  const before = lead + edit.before + tail;
  const after = lead + edit.after + tail;
  const added = after.length - before.length;
  const kept = cursor - edit.start + lead.length;
  if (added <= 0 || !after.startsWith(before.slice(0, kept)) || !after.endsWith(before.slice(kept))) return null;
  return after.slice(kept, kept + added);
}

/**
 * The edit after a document change, if the change is progress towards its result: less of it is left than before. `done` when nothing is
 * left; null for any other change.
 */
export function typedAlong(edit: Replacement, changes: readonly Change[]): Replacement | 'done' | null {
  const [change] = changes;
  if (change === undefined || changes.length > 1) return null;
  const from = change.rangeOffset - edit.start;
  const to = from + change.rangeLength;
  if (from < 0 || to > edit.before.length) return null;
  const before = edit.before.slice(0, from) + change.text + edit.before.slice(to);
  const left = trimmed({ start: edit.start, before, after: edit.after });
  if (left.before === '' && left.after === '') return 'done';
  return sizeOf(left) < sizeOf(trimmed(edit)) ? left : null;
}

function sizeOf({ before, after }: Replacement): number {
  return before.length + after.length;
}
