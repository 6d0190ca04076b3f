import { posix } from 'node:path';
import type { LineChange } from '../../edits/change.ts';
import { lineOffset } from '../../edits/lineOffset.ts';
import { placesReplaced, replacementIn } from '../../edits/replacement.ts';
import { languageOf } from '../../languages/languageOf.ts';
import { ELSEWHERE, type Owner } from '../../languages/members/index.ts';
import { isCommentLine } from '../commentLine.ts';
import { type DeclaredMember, typeDeclaredIn } from '../declaredMember.ts';
import { mayBeOther } from '../otherUse.ts';
import { declaresMethod } from '../renamedMethod.ts';
import type { EditFilter } from './filter.ts';

const AFTER_DOT = /(?:\.|->|::)\s*$/;
const OF_OBJECT = /\b(?:this|self)\??\.\s*$/;
/** Patterns are matched against no longer ones: a line may be as long as a file. */
const LONGEST_LINE = 500;
const LAST_WORD = /\w+$/;
/** What follows a name that is called. */
const CALLED = /^\s*\(/;
const SCRIPT = /^(?:javascript|typescript|tsx)$/;
/** What follows the name of a type, without its parameters. */
const BASES = /^\s*(?:[\w@]+\s+)*(?:class|interface|struct|object|record|enum|trait)\s+\w+(.*)/;

/**
 * Rejects the repetition of a member's rename in another file than that of its declaration where it need not be the same member: the file
 * does not speak of its type, or has the name elsewhere than after a dot. Once the person has renamed such a place in the file, others follow.
 */
export const otherOwner: EditFilter = (change, { situation: { path, lines, recent }, syntax, membersRenamed }) => {
  const replaced = replacementIn(change.before, change.after);
  const members = (replaced !== null && membersRenamed?.get(replaced)) || [];
  if (members.length === 0) return null;
  const [from = ''] = replaced!.split('\0');
  const isCalled = ({ line, column }: Place): boolean => CALLED.test(line.slice(column + from.length));
  const ofTypes = members.filter(({ type }) => type !== null);
  const areValues = ofTypes.length > 0 && ofTypes.every(({ isValue }) => isValue);
  if (areValues && placesOf(change).some(isCalled)) return OTHER;
  if (members.some((member) => member.path === path)) return null;
  const made = recent.filter(({ before, after }) => replacementIn(before, after) === replaced);
  const here = made.filter((one) => one.path === path);
  const known = new Set(here.flatMap(placesOf).map(kindOf));
  const types = members.flatMap((member) => (isSeen(member, from, path, lines) ? [member.type] : []));
  const isOfNone = members.every(({ type }) => type === null) && new Set(made.map((one) => one.path)).size > 1;
  const isPython = languageOf(path) === 'python';
  const isOfIts = lines.some((line) => types.some((type) => type !== null && inherits(line, type, isPython)));
  const names = ofTypes.every(({ isField }) => isField)
    ? ofTypes.map(({ type, path: its }) => (isInPackage(path, its) ? type : `${packageOf(its)}.${type}`))
    : null;
  const keys = types.length === 0 ? null : (syntax?.members(lines.join('\n')) ?? null);
  /** Of what a place is surely of: of a package, another type by its name, or one of this file. */
  const isOtherType = (owner: Owner): boolean => {
    if (keys?.ownersAreNames) return owner === ELSEWHERE || (names !== null && !names.includes(owner));
    return SCRIPT.test(languageOf(path) ?? '') && (owner === ELSEWHERE || !isOfIts);
  };
  const isUse = (place: Place): boolean => {
    const { line, column, at } = place;
    const kind = kindOf(place);
    if (known.has(kind)) return true;
    if (kind === 'comment') return false;
    if (kind === 'own') return isOfIts;
    const start = lineOffset(lines, at) + column;
    if (kind === 'access') {
      const owner = keys?.usedAt(start, start + from.length) ?? null;
      return types.length > 0 && !(owner !== null && isOtherType(owner));
    }
    if (isOfNone) return mayBeOther(line, from);
    if (isOfIts && (declaresMethod(line, from) || isCalled(place))) return true;
    const key = keys?.placeAt(start, start + from.length) ?? null;
    const words = (key?.kind === 'key' && key.of?.startsWith(':') && key.of.match(/\w+/g)) || [];
    return words.some((word) => types.includes(word));
  };
  return placesOf(change).every(isUse) ? null : OTHER;
};

const OTHER = 'the member may be of something else there';

/** Where a change has the name that it replaces. */
interface Place {
  readonly line: string;
  readonly column: number;
  /** The line's number, in the file before the change. */
  readonly at: number;
}

function placesOf({ line: first, before, after }: LineChange): Place[] {
  return placesReplaced(before, after).map(({ line, column }) => ({ line: before[line]!, column, at: first + line }));
}

function kindOf({ line, column }: Place): 'comment' | 'own' | 'access' | 'bare' {
  if (isCommentLine(line)) return 'comment';
  const before = line.slice(0, column);
  return OF_OBJECT.test(before) ? 'own' : AFTER_DOT.test(before) ? 'access' : 'bare';
}

/** Whether a file may use a member: it can see it, and has its type's name from elsewhere. */
function isSeen({ path: its, type, isPrivate }: DeclaredMember, name: string, path: string, lines: readonly string[]) {
  if (type === null || isPrivate) return false;
  let word = `\\b${type}\\b`;
  if (languageOf(path) === 'go' && !isInPackage(path, its)) {
    if (!/^\p{Lu}/u.test(name)) return false;
    word = `\\b${packageOf(its)}\\.${type}\\b`;
  }
  const names = new RegExp(word);
  return lines.some((line) => names.test(line)) && !lines.some((line) => typeDeclaredIn(line) === type);
}

/** Go: files of a folder are of one package, named like it. */
function isInPackage(path: string, other: string): boolean {
  return posix.dirname(path) === posix.dirname(other);
}

function packageOf(path: string): string {
  return LAST_WORD.exec(posix.dirname(path))?.[0] ?? '';
}

/** Whether a line begins a type that is one of another. */
function inherits(line: string, type: string, isPython: boolean): boolean {
  if (line.length > LONGEST_LINE || !line.includes(type)) return false;
  const [, head = ''] = BASES.exec(line) ?? [];
  const bases = isPython ? head : head.replaceAll(/<[^>]*>|\([^)]*\)/g, '');
  return new RegExp(`(?:\\b(?:extends|implements|with)\\b|${isPython ? '\\(' : ':'}).*\\b${type}\\b`).test(bases);
}
