/** What follows from the last changes by rule: without a model, and at once. */
import type { LineChange } from '../edits/change.ts';
import type { OwnEdit } from '../edits/recentEdits.ts';
import type { EditSituation } from '../edits/situation.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import type { NextEditDiagnostic } from '../protocol/index.ts';
import { goneOnAlike } from './analogy.ts';
import { renamedAtError } from './errors.ts';
import { renamedUses, renamingKey } from './renamed.ts';
import { renamedElsewhere } from './renamedElsewhere.ts';
import { renamedMember } from './renamedMember.ts';
import { renamedMethod } from './renamedMethod.ts';

export interface FileToFollow extends Pick<EditSituation, 'path' | 'lines' | 'recent'> {
  /** Changes of the file, newest first: uses of a rename are followed one after the other. */
  readonly own: readonly OwnEdit[];
  readonly cursorLine: number;
  /** Errors in it since the last change. */
  readonly errors: readonly NextEditDiagnostic[];
  /** null if we have no grammar for the language. */
  readonly syntax: SyntaxReader | null;
}

export interface Followed {
  readonly change: LineChange;
  /** For the log. */
  readonly why: string;
  /** Uses of a method by its own object: others may follow as repeated changes. */
  readonly ofMember?: true;
}

/** A file is parsed twice for each renamed name that it still has, in 80 ms at most. After this time no rule moves on to the next name. */
const MOST_MS = 100;

/**
 * Newest first, but of changes that made the same replacement the oldest before the others, which may be uses that followed it: looking up
 * each of those takes time, and there may be many.
 */
function declarationsFirst(own: readonly OwnEdit[]): readonly OwnEdit[] {
  const oldest = new Map<string, OwnEdit>();
  for (const edit of own) {
    const key = renamingKey(edit.change);
    if (key !== null) oldest.set(key, edit);
  }
  return [...new Set(own.flatMap((edit) => [oldest.get(renamingKey(edit.change) ?? '') ?? edit, edit]))];
}

/** null if nothing follows that `isWanted`. */
export function followedByRule(
  file: FileToFollow,
  { isWanted, nowMs }: { isWanted(change: LineChange): boolean; nowMs(): number },
): Followed | null {
  const { lines, own, cursorLine, errors, syntax } = file;
  const wanted = (change: LineChange | null): change is LineChange => change !== null && isWanted(change);
  const timed = (): (() => boolean) => {
    const late = nowMs() + MOST_MS;
    return () => nowMs() > late;
  };
  const isLate = timed();
  for (const [at, edit] of declarationsFirst(own).entries()) {
    const renamed = renamedUses(lines, edit, syntax);
    if (wanted(renamed)) return { change: renamed, why: 'uses of a renamed name' };
    const ofMethod = renamedMethod(lines, edit);
    if (wanted(ofMethod)) return { change: ofMethod, why: 'uses of a renamed method', ofMember: true };
    if (at > 0 && isLate()) break;
    const ofMember = renamedMember(lines, edit, syntax);
    if (wanted(ofMember)) return { change: ofMember, why: 'uses of a renamed member', ofMember: true };
    if (isLate()) break;
  }
  const [newest] = own;
  const alike = newest === undefined ? null : goneOnAlike(lines, newest.change);
  if (wanted(alike)) return { change: alike, why: 'what goes with others of its kind' };
  const elsewhere = renamedElsewhere(file, cursorLine, syntax, timed());
  if (wanted(elsewhere)) return { change: elsewhere, why: 'uses of a name that was changed in another file' };
  const wrong = errors.length === 0 ? null : renamedAtError(file, errors, cursorLine, syntax, timed());
  return wanted(wrong) ? { change: wrong, why: 'an error at the old name of what was renamed' } : null;
}
