import { applied, asMadeLast, type LineChange, reversed } from '../../edits/change.ts';
import { lineOffset } from '../../edits/lineOffset.ts';
import { placesReplaced, replacementIn } from '../../edits/replacement.ts';
import { languageOf } from '../../languages/languageOf.ts';
import type { NamesIn } from '../../languages/names/index.ts';
import { mayBeOther } from '../otherUse.ts';
import { declaresMethod } from '../renamedMethod.ts';
import type { EditFilter } from './filter.ts';

/**
 * What a name is at a place: a variable of its file; a name that the file does not declare; an element's tag; a word before a dot in the
 * path of an import; what stands before `::`; a class's field where that is declared; a literal's key, which is none of an instance's;
 * `other`: a member, any other key or a word in a string; `code`: no word of a comment.
 */
type Thing =
  | 'variable'
  | 'imported'
  | 'undeclared'
  | 'tag'
  | 'module'
  | 'segment'
  | 'field'
  | 'key'
  | 'other'
  | 'comment'
  | 'code'
  | 'unknown';

/** Python: before a part of a module's path. */
const MODULES = /^\s*(?:from\s+|import\s+\w)[\w.]*$/;

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
  const [first = null] = last === null ? [] : offsetsOf(last, was);
  const renamed = first === null ? thingElsewhere(made, path, name) : thingAt(names, name, first, text, path);
  // In a line that it changed, other places stand elsewhere now.
  const isInIt =
    last !== null && change.line < last.line + last.after.length && last.line < change.line + change.before.length;
  const shown = isInIt ? lines.join('\n') : text;
  const now = isInIt ? syntax.names(shown) : names;
  if (now === null) return null;
  const isMethod = (at: NamesIn, start: number): boolean => at.isMethodApart(start, start + name.length);
  const isOtherAt = (offset: number): boolean =>
    isOther(thingAt(now, name, offset, shown, path), renamed, name, now) ||
    (first !== null && isMethod(names, first) !== isMethod(now, offset));
  return offsetsOf(change, isInIt ? lines : was).some(isOtherAt) ? 'the name is something else there' : null;
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
    case 'module':
      return renamed !== thing;
    case 'segment':
      return isNoName;
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

/** Before `::` in a path, not before the parameters of a type: Rust and C++. */
function isSegmentIn(text: string, end: number): boolean {
  return /^::(?!<)/.test(text.slice(end, end + 3));
}

/** Before a dot in an import's path; in Python, anywhere in it. */
function isModuleIn(text: string, offset: number, name: string, path: string): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset) + 1, offset);
  if (languageOf(path) === 'python' && MODULES.test(line)) return true;
  return /^\s*(?:import|package)\b/.test(line) && text[offset + name.length] === '.';
}

function thingAt(names: NamesIn, name: string, offset: number, text: string, path: string): Thing {
  const uses = names.uses(name) ?? names.uses(name, { near: offset });
  if (uses === null) return 'unknown';
  const use = uses.find(({ start }) => start === offset);
  if (use === undefined) {
    if (isModuleIn(text, offset, name, path)) return 'module';
    return isSegmentIn(text, offset + name.length) ? 'segment' : memberAt(names, offset, text);
  }
  const { binding } = use;
  if (binding === null || binding.ofMember) return 'undeclared';
  return binding.imported ? 'imported' : 'variable';
}

/** Of a place that is none of a variable. */
function memberAt(names: NamesIn, offset: number, text: string): Thing {
  if (names.isComment(offset)) return 'comment';
  if (isTagIn(text, offset)) return 'tag';
  if (names.isFieldOfClass(offset)) return 'field';
  return names.isKey(offset) ? 'key' : 'other';
}

/** Where a change of `lines` has the name that it replaces. */
function offsetsOf({ line: from, before, after }: LineChange, lines: readonly string[]): number[] {
  const start = lineOffset(lines, from);
  return placesReplaced(before, after).map(({ line, column }) => start + lineOffset(before, line) + column);
}
