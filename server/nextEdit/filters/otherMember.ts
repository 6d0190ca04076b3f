import { asMadeLast, type LineChange } from '../../edits/change.ts';
import { lineOffset } from '../../edits/lineOffset.ts';
import { placesReplaced, replacementIn } from '../../edits/replacement.ts';
import { ELSEWHERE, type MemberPlace, type Owner } from '../../languages/members/index.ts';
import { mayBeOther } from '../otherUse.ts';
import { declaresMethod } from '../renamedMethod.ts';
import type { EditFilter } from './filter.ts';

type Declared = Extract<MemberPlace, { kind: 'declared' }>;
type Key = Extract<MemberPlace, { kind: 'key' }>;
type Method = Extract<MemberPlace, { kind: 'method' }>;

/** Literals with as many keys in common and no others are of one type, wherever they stand. */
const SAME_KEYS = 5;

/**
 * Rejects the repetition of a member's rename where a type of another one may begin: at another declaration, or in a literal that need not
 * be of the same type, until the person has renamed it at two such places; and at a use that is surely of another type that has one too.
 * Likewise of a variable's that keeps the member's name.
 */
export const otherMember: EditFilter = (change, { situation: { path, lines, recent }, syntax }) => {
  const name = nameIn(change);
  if (name === null || syntax === null || syntax === undefined) return null;
  const same = recent.map((one) => nameIn(one) === name);
  const members = same.includes(true) ? syntax.members(lines.join('\n')) : null;
  if (members === null) return null;
  if (name.startsWith(ALIAS)) {
    const isOther =
      same.filter((is) => is).length < 2 && aliasesIn(change, lines).some((at) => members.isTakenOut(...at));
    return isOther ? 'the variable is another one there' : null;
  }
  const [from = '', to = ''] = name.split('\0');
  members.whileRenaming(from, to);
  /** What is found at the places of a change's names. */
  const offeredAt = <T>(find: (start: number, end: number) => T | null): T[] =>
    offsetsOf(change, change.before, change.after, lines).flatMap((start) => find(start, start + from.length) ?? []);
  const own = asMadeLast(recent).flatMap((last, at) => (same[at] && last?.path === path ? last : []));
  const madeAt = <T>(find: (start: number, end: number) => T | null): T[] =>
    own
      .flatMap((last) => offsetsOf(last, last.after, last.before, lines))
      .flatMap((start) => find(start, start + to.length) ?? []);
  const owners = new Set(madeAt((...at) => members.ownerAt(...at)));
  const isOfField = madeAt((...at) => members.placeAt(...at)).some(isField);
  /** A field is of no interface: a type of elsewhere has it only from one that it embeds. */
  const isElsewhere = (owner: Owner): boolean =>
    owner === ELSEWHERE || (members.ownersAreNames && (owner.includes('.') || (isOfField && !members.hasType(owner))));
  const isOther = (owner: Owner): boolean =>
    !owners.has(owner) && (isElsewhere(owner) || members.ownersOf(from).has(owner));
  if (owners.size > 0 && offeredAt((...at) => members.usedAt(...at)).some(isOther)) return OTHER;
  const offered = offeredAt((...at) => members.placeAt(...at));
  if (offered.length === 0) return null;
  const made = madeAt((...at) => withName(members.placeAt(...at), to, from));
  const isOfElsewhere = recent.some(
    (one, at) =>
      same[at] && one.path !== path && one.before.some((line) => mayBeOther(line, from) || declaresMethod(line, from)),
  );
  if (made.length === 0 && !isOfElsewhere) return null;
  const known: Made = {
    declared: made.filter((place) => place.kind === 'declared'),
    keys: made.filter((place) => place.kind === 'key'),
    methods: made.filter((place) => place.kind === 'method'),
    isOpen: [from, to].some((one) => members.isOpen(one)),
  };
  // Whether this file's type is one of the other file's is judged by `otherOwner`.
  const judged = made.length > 0 ? offered : offered.filter(({ kind }) => kind !== 'method');
  return judged.every((place) => isOfOne(place, known)) ? null : OTHER;
};

const OTHER = 'the member may be of something else there';

/** Where lines of a change have the name in which they differ from others. */
function offsetsOf(
  { line: first }: LineChange,
  here: readonly string[],
  there: readonly string[],
  lines: readonly string[],
): number[] {
  return placesReplaced(here, there).map(({ line, column }) => lineOffset(lines, first + line) + column);
}

/** Before the two names, where a variable gets a name of its own beside the member's. */
const ALIAS = ':';
const ADDED = /^:\s*([\p{L}\p{N}_$]+)$/u;
const LAST_WORD = /[\p{L}\p{N}_$]+$/u;
/** Longer lines are data, and a word of them takes time in proportion to its square. */
const LONGEST_LINE = 500;

/** What a change does everywhere in its lines, if that is one rename; null if it is not. */
function nameIn({ before, after }: LineChange): string | null {
  const replaced = replacementIn(before, after);
  if (replaced !== null) return replaced;
  const names = aliased(before, after).map(({ was, now }) => `${ALIAS}${was}\0${now}`);
  return names.length > 0 && names.every((one) => one === names[0]) ? names[0]! : null;
}

/** Where lines differ only by `: name` behind a word; empty if there is another difference. */
function aliased(before: readonly string[], after: readonly string[]) {
  if (before.length !== after.length) return [];
  const found = before.map((line, at) => {
    const now = after[at]!;
    if (line !== now && line.length > LONGEST_LINE) return undefined;
    let head = 0;
    while (head < line.length && line[head] === now[head]) head++;
    const [, added] = ADDED.exec(now.slice(head, now.length - (line.length - head))) ?? [];
    const [was] = LAST_WORD.exec(line.slice(0, head)) ?? [];
    const isAdded = added !== undefined && was !== undefined && now.endsWith(line.slice(head));
    return isAdded ? { line: at, column: head - was.length, was, now: added } : line === now ? null : undefined;
  });
  return found.includes(undefined) ? [] : found.filter((one) => one != null);
}

function aliasesIn({ line: first, before, after }: LineChange, lines: readonly string[]): [number, number][] {
  return aliased(before, after).map(({ line, column, was }) => {
    const start = lineOffset(lines, first + line) + column;
    return [start, start + was.length];
  });
}

interface Made {
  readonly declared: readonly Declared[];
  readonly keys: readonly Key[];
  readonly methods: readonly Method[];
  /** An interface has it. */
  readonly isOpen: boolean;
}

/** Whether a place is of the same member as those renamed, as far as is known. */
function isOfOne(place: MemberPlace, { declared, keys, methods, isOpen }: Made): boolean {
  if (isOpen && (place.kind === 'method' || isOfInterface(place)))
    return methods.length > 0 || declared.some(isOfInterface);
  if (place.kind === 'method') {
    const owners = new Set(methods.map(({ of }) => of));
    return owners.size > 1 || owners.has(place.of);
  }
  if (place.kind === 'declared') {
    if (declared.length > 1 || declared.some(({ within }) => within === place.within)) return true;
    return keys.some((key) => mayBeOf(key, place));
  }
  return keys.length > 1 || keys.some((key) => areAlike(key, place)) || declared.some((type) => mayBeOf(place, type));
}

function isField(place: MemberPlace): boolean {
  return place.kind === 'declared' && place.isOpen !== true;
}

function isOfInterface(place: MemberPlace): boolean {
  return place.kind === 'declared' && place.isOpen === true;
}

/** Whether a literal may be of a type: it has the type's members and no others. */
function mayBeOf({ of, sure, names }: Key, { type, names: members }: Declared): boolean {
  if (type !== null && of !== null && TYPED.test(of) && of.match(WORD)?.includes(type)) return true;
  const isSelf = of === ':Self';
  return (sure !== 'type' || isSelf) && names.size > 1 && [...names].every((name) => members.has(name));
}

function areAlike(one: Key, other: MemberPlace): boolean {
  if (other.kind !== 'key') return false;
  const isSame = one.of !== null && one.of === other.of;
  if (isSame && one.sure !== 'no') return true;
  if (one.sure === 'type' && other.sure === 'type') return false;
  const shared = [...one.names].filter((name) => other.names.has(name)).length;
  const others = one.names.size + other.names.size - 2 * shared;
  return isSame ? shared > 1 && others <= 1 : shared >= SAME_KEYS && others === 0;
}

/** A literal of a type, or one in its list. */
const TYPED = /^(?:\[\])*:/;
const WORD = /[\p{L}\p{N}_$]+/gu;

/** As if it had its old name still. */
function withName(place: MemberPlace | null, to: string, from: string): MemberPlace | null {
  if (place === null || place.kind === 'method' || !place.names.has(to)) return place;
  return { ...place, names: new Set([...place.names].map((name) => (name === to ? from : name))) };
}
