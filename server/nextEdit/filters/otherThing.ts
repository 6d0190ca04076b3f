import { applied, asMadeLast, type LineChange, reversed } from '../../edits/change.ts';
import { lineOffset } from '../../edits/lineOffset.ts';
import { placesReplaced, replacementIn } from '../../edits/replacement.ts';
import type { NamesIn } from '../../languages/names/index.ts';
import { mayBeOther } from '../otherUse.ts';
import { declaresMethod } from '../renamedMethod.ts';
import type { EditFilter } from './filter.ts';

/**
 * What a name is at a place: a variable of its file; a name that the file does not declare; an element's tag; a class's field where that
 * is declared; a literal's key, which is none of an instance's; `other`: a member, any other key or a word in a string; `code`: no word of a
 * comment.
 */
type Thing =
  | 'variable'
  | 'imported'
  | 'undeclared'
  | 'tag'
  | 'field'
  | 'key'
  | 'other'
  | 'comment'
  | 'code'
  | 'unknown';

/** What begins a comment in any language. */
const COMMENT = /\/[/*]|#|--|^\s*\*/;

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
  const text = was.join('\n');
  const names = syntax.names(text);
  if (names === null) return null;
  const isTag = (offset: number): boolean => isTagIn(text, offset);
  const [first = null] = last === null ? [] : offsetsOf(last, was);
  const renamed = first === null ? thingElsewhere(made, path, name) : thingAt(names, name, first, isTag);
  const isOtherAt = (offset: number): boolean =>
    isOther(thingAt(names, name, offset, isTag), renamed, name, names) ||
    (first !== null && names.areApart(first + name.length, offset + name.length));
  return offsetsOf(change, was).some(isOtherAt) ? 'the name is something else there' : null;
};

function isOther(thing: Thing, renamed: Thing, name: string, { hasBareMembers }: NamesIn): boolean {
  const isNoName = /^(?:field|key|other|comment)$/.test(renamed);
  switch (thing) {
    case 'variable':
    case 'imported':
      return renamed === 'undeclared' || isNoName;
    case 'undeclared':
      // The values of an enumeration may be imported all at once.
      return isNoName && !hasBareMembers && !/^\p{Lu}/u.test(name);
    case 'tag':
      return renamed !== 'tag';
    case 'key':
      return renamed === 'field';
    case 'comment':
      return renamed !== 'comment' && renamed !== 'unknown' && /^\p{Lu}?\p{Ll}+$/u.test(name);
    default:
      return false;
  }
}

/** As far as the lines tell that were changed in another file. */
function thingElsewhere({ path: its, before }: LineChange, path: string, name: string): Thing {
  if (its === path) return 'unknown';
  if (before.some((line) => isTagIn(line, line.indexOf(name)))) return 'tag';
  if (before.some((line) => mayBeOther(line, name) || declaresMethod(line, name))) return 'other';
  return before.some((line) => COMMENT.test(line)) ? 'unknown' : 'code';
}

/** JSX: `<name` or `</name`. */
function isTagIn(text: string, offset: number): boolean {
  return /<\/?$/.test(text.slice(Math.max(0, offset - 2), offset));
}

function thingAt(names: NamesIn, name: string, offset: number, isTag: (offset: number) => boolean): Thing {
  const uses = names.uses(name) ?? names.uses(name, { near: offset });
  if (uses === null) return 'unknown';
  const use = uses.find(({ start }) => start === offset);
  if (use === undefined) return memberAt(names, offset, isTag);
  const { binding } = use;
  if (binding === null || binding.ofMember) return 'undeclared';
  return binding.imported ? 'imported' : 'variable';
}

/** Of a place that is none of a variable. */
function memberAt(names: NamesIn, offset: number, isTag: (offset: number) => boolean): Thing {
  if (names.isComment(offset)) return 'comment';
  if (isTag(offset)) return 'tag';
  if (names.isFieldOfClass(offset)) return 'field';
  return names.isKey(offset) ? 'key' : 'other';
}

/** Where a change of `lines` has the name that it replaces. */
function offsetsOf({ line: from, before, after }: LineChange, lines: readonly string[]): number[] {
  const start = lineOffset(lines, from);
  return placesReplaced(before, after).map(({ line, column }) => start + lineOffset(before, line) + column);
}
