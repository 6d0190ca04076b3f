import type { LineChange } from '../../edits/change.ts';
import type { EditFilter } from './filter.ts';

/** Changes that an edit is compared with, and lines between it and them: further away, what was taken from one place is put in another. */
const LOOKED_BACK = 6;
const NEAR = 3;

/** It would undo what was just done there: bring back lines that were changed or deleted, or delete what was added. */
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
  // Lines that were just added and would go without anything in their place.
  return written.length === 0 && deleted.length > 0 && deleted.every((line) => added.includes(line));
}

/** Lines of the one that the other has not, as text. */
function lostIn(from: readonly string[], to: readonly string[]): string[] {
  const kept = new Set(to.map((line) => line.trim()));
  return from.map((line) => line.trim()).filter((line) => line !== '' && !kept.has(line));
}
