import type { LineChange } from '../../edits/change.ts';
import { tokensOf } from '../../edits/tokens.ts';
import type { EditFilter } from './filter.ts';

/** Changes that an edit is compared with; `NEAR`: lines between it and them. Further away, it may be a move from one place to another. */
const LOOKED_BACK = 6;
const NEAR = 3;
/** A line with fewer words has only been begun. */
const LEAST_WORDS = 2;
const LONGEST_LINE = 500;

/** Rejects edits that undo what was just done there: bring back changed or deleted lines, or delete added ones. */
export const reversal: EditFilter = (change, { situation: { path, recent } }) => {
  const newest = recent.filter((made) => made.path === path).slice(-LOOKED_BACK);
  return newest.some((made) => isNear(change, made) && undoes(change, made))
    ? 'it would undo what was just done'
    : null;
};

function isNear(change: LineChange, made: LineChange): boolean {
  return change.line <= made.line + made.after.length + NEAR && change.line + change.before.length >= made.line - NEAR;
}

function undoes(change: LineChange, made: LineChange): boolean {
  const [gone, added] = [lostIn(made.before, made.after), lostIn(made.after, made.before)];
  const [deleted, written] = [lostIn(change.before, change.after), lostIn(change.after, change.before)];
  if (written.some((line) => gone.includes(line))) return true;
  // A line just added that would go without a similar one in its place.
  return deleted.some((line) => added.includes(line) && !written.some((other) => isLike(line, other)));
}

/** Whether one may have become the other: half of its words are there, or it had few. */
function isLike(line: string, other: string): boolean {
  const words = tokensOf(line.slice(0, LONGEST_LINE)).filter(isWord);
  const others = new Set(tokensOf(other.slice(0, LONGEST_LINE)));
  return words.length < LEAST_WORDS || 2 * words.filter((word) => others.has(word)).length >= words.length;
}

function isWord(token: string): boolean {
  return /[\p{L}\p{N}]/u.test(token);
}

/** Lines of `from` that `to` lacks, trimmed. */
function lostIn(from: readonly string[], to: readonly string[]): string[] {
  const kept = new Set(to.map((line) => line.trim()));
  return from.map((line) => line.trim()).filter((line) => line !== '' && !kept.has(line));
}
