import { applied, asMadeLast, type LineChange, reversed } from '../../edits/change.ts';
import { placesReplaced, replacementIn } from '../../edits/replacement.ts';
import type { NamesIn } from '../../languages/names/index.ts';
import { mayBeOther } from '../otherUse.ts';
import type { EditFilter } from './filter.ts';

/** What a name is at a place: a variable of its file; a name that the file does not declare; `other`: a member, a key or a word in a string. */
type Thing = 'variable' | 'imported' | 'undeclared' | 'other' | 'comment' | 'unknown';

/**
 * Rejects the repetition of a rename where the old name is something else: a variable where a field or a key was renamed, which would leave
 * its declaration behind, or a word of a comment.
 */
export const otherThing: EditFilter = (change, { situation: { path, lines, recent }, syntax }) => {
  const replaced = replacementIn(change.before, change.after);
  if (replaced === null || syntax === null || syntax === undefined) return null;
  const [name = ''] = replaced.split('\0');
  const at = recent.findLastIndex(({ before, after }) => replacementIn(before, after) === replaced);
  const made = recent[at];
  if (made === undefined) return null;
  const last = made.path === path ? (asMadeLast(recent)[at] ?? null) : null;
  // Its lines stay where they are: names are looked up once for both.
  const was = last === null ? lines : applied(lines, reversed(last));
  const names = syntax.names(was.join('\n'));
  if (names === null) return null;
  const [first = null] = last === null ? [] : offsetsOf(last, was);
  const renamed = first === null ? thingElsewhere(made, path, name) : thingAt(names, name, first);
  const isOtherAt = (offset: number): boolean =>
    isOther(thingAt(names, name, offset), renamed, name, names) ||
    (first !== null && names.areApart(first + name.length, offset + name.length));
  return offsetsOf(change, was).some(isOtherAt) ? 'the name is something else there' : null;
};

function isOther(thing: Thing, renamed: Thing, name: string, { hasBareMembers }: NamesIn): boolean {
  const isNoName = renamed === 'other' || renamed === 'comment';
  switch (thing) {
    case 'variable':
    case 'imported':
      return renamed === 'undeclared' || isNoName;
    case 'undeclared':
      // The values of an enumeration may be imported all at once.
      return isNoName && !hasBareMembers && !/^\p{Lu}/u.test(name);
    case 'comment':
      return renamed !== 'comment' && renamed !== 'unknown' && /^\p{Lu}?\p{Ll}+$/u.test(name);
    default:
      return false;
  }
}

/** As far as the lines tell that were changed in another file. */
function thingElsewhere({ path: its, before }: LineChange, path: string, name: string): Thing {
  return its !== path && before.some((line) => mayBeOther(line, name)) ? 'other' : 'unknown';
}

function thingAt(names: NamesIn, name: string, offset: number): Thing {
  const uses = names.uses(name) ?? names.uses(name, { near: offset });
  if (uses === null) return 'unknown';
  const use = uses.find(({ start }) => start === offset);
  if (use === undefined) return names.isComment(offset) ? 'comment' : 'other';
  const { binding } = use;
  if (binding === null || binding.ofMember) return 'undeclared';
  return binding.imported ? 'imported' : 'variable';
}

/** Where a change of `lines` has the name that it replaces. */
function offsetsOf({ line: from, before, after }: LineChange, lines: readonly string[]): number[] {
  const start = lines.slice(0, from).reduce((sum, { length }) => sum + length + 1, 0);
  return placesReplaced(before, after).map(
    ({ line, column }) => start + before.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + column,
  );
}
