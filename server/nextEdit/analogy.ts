/**
 * A line was added beside others of its kind, e.g. a field beside fields: where the names of two of those are side by side below, in lines
 * or in a list, the new one's goes after them. Needs no model and no time. Nothing is guessed: two of the kind must show how.
 */
import { changeBetween, type LineChange } from '../edits/change.ts';
import { indentOf, isBlank, isName, isWord, replacements, tokensOf } from '../edits/tokens.ts';

/** Lines below the new one that are searched; `LONGEST_EDIT`: lines that one edit may span. */
const LOOKED_THROUGH = 60;
const LONGEST_EDIT = 12;
const LONGEST_LINE = 500;

/** Names and types of one line, by those of the line beside it. */
type Analogy = ReadonlyMap<string, string>;

interface Siblings {
  /** The name in the line next to the new one; `far`: in the one after that. */
  readonly near: string;
  readonly far: string;
  readonly name: string;
  /** From the near line to the new one; `toNear`: from the far line to the near one. */
  readonly toNew: Analogy;
  readonly toNear: Analogy;
}

/** `last`: the newest change of the file, which led to `lines`. null if it does not show what comes next. */
export function goneOnAlike(lines: readonly string[], last: LineChange): LineChange | null {
  const siblings = siblingsOf(lines, last);
  if (siblings === null) return null;
  const from = last.line + last.after.length;
  const to = endOfBlock(lines, last.line, from);
  const below = lines.slice(from, to);
  // If the new name is there already, the person has continued.
  if (below.some((line) => tokensOf(line).includes(siblings.name))) return null;
  const rewritten: string[] = [];
  let first: number | null = null;
  for (const [at, line] of below.entries()) {
    if (first !== null && at - first >= LONGEST_EDIT) {
      rewritten.push(...below.slice(at));
      break;
    }
    const inList = putInList(line, siblings);
    const before = below[at - 1];
    const isBehindItsKind = before !== undefined && substituted(before, siblings.toNear) === line && line !== before;
    rewritten.push(inList ?? line);
    if (inList === null && isBehindItsKind) rewritten.push(substituted(line, siblings.toNew));
    if (inList !== null || isBehindItsKind) first ??= at;
  }
  return first === null ? null : changeBetween(last.path, from, below, rewritten);
}

/** Two lines above the new one, or below it, that differ from it and from each other in one name and perhaps its type. */
function siblingsOf(lines: readonly string[], { line, before, after }: LineChange): Siblings | null {
  if (before.length === 1 && after.length === 1) return siblingsInList(before[0]!, after[0]!);
  if (before.length !== 0 || after.length !== 1 || after[0]!.trim() === '') return null;
  const beside = [
    [line - 1, line - 2],
    [line + 1, line + 2],
  ] as const;
  for (const [near, far] of beside) {
    const siblings = siblingsOfKind(lines[far], lines[near], after[0]!);
    if (siblings !== null) return siblings;
  }
  return null;
}

function siblingsOfKind(far: string | undefined, near: string | undefined, fresh: string): Siblings | null {
  const toNew = analogyOf(near, fresh);
  const toNear = analogyOf(far, near);
  const [nearName, name] = [...(toNew ?? [])][0] ?? [];
  const [farName, sameName] = [...(toNear ?? [])][0] ?? [];
  if (toNew === null || toNear === null || nearName === undefined || farName === undefined) return null;
  if (name === undefined || sameName !== nearName) return null;
  return { near: nearName, far: farName, name, toNew, toNear };
}

/** One more item in a list, after two of its kind: `(far, near, new`. */
function siblingsInList(before: string, after: string): Siblings | null {
  if (after.length > LONGEST_LINE) return null;
  const old = tokensOf(before);
  const fresh = tokensOf(after);
  const [added, ...more] = replacements(old, fresh) ?? [];
  if (added === undefined || more.length > 0 || added.before.from !== added.before.to) return null;
  const put = fresh.slice(added.after.from, added.after.to).join('').trim();
  if (!put.startsWith(',')) return null;
  const items = old
    .slice(0, added.before.from)
    .join('')
    .split(/[,([{]/);
  return siblingsOfKind(items.at(-2)?.trim(), items.at(-1)?.trim(), put.slice(1).trim());
}

/** Maps the names of one line to those of another of the same shape; the first is the line's own. null for another shape. */
function analogyOf(from: string | undefined, to: string | undefined): Analogy | null {
  if (from === undefined || to === undefined || from === to) return null;
  if (Math.max(from.length, to.length) > LONGEST_LINE) return null;
  const [old, fresh] = [tokensOf(from), tokensOf(to)];
  if (old.length !== fresh.length) return null;
  const analogy = new Map<string, string>();
  for (const [i, token] of old.entries()) {
    const other = fresh[i]!;
    if (token === other) continue;
    if (!isWord(token) || !isWord(other) || (analogy.get(token) ?? other) !== other) return null;
    analogy.set(token, other);
  }
  const [first] = analogy;
  // At most a field's name and its type.
  return first?.every(isName) && analogy.size <= 2 ? analogy : null;
}

function substituted(line: string, analogy: Analogy): string {
  if (line.length > LONGEST_LINE) return line;
  return tokensOf(line)
    .map((token) => analogy.get(token) ?? token)
    .join('');
}

/** `(far: A, near: B)` with the new item after the near one; null if they are not side by side in a list of names. */
function putInList(line: string, { near, far, name, toNew, toNear }: Siblings): string | null {
  if (line.length > LONGEST_LINE || !line.includes(near) || !line.includes(far)) return null;
  const tokens = tokensOf(line);
  if (tokens.includes(name)) return null;
  const put = tokens.flatMap((token, at) => {
    const item = token === near ? itemAt(tokens, at, toNear) : null;
    if (item === null) return [];
    const { start, end } = item;
    const written = tokens.slice(start, end).map((word) => toNew.get(word) ?? word);
    return [{ end, text: `, ${written.join('')}` }];
  });
  if (put.length === 0) return null;
  for (const { end, text } of put.toReversed()) tokens.splice(end, 0, text);
  return tokens.join('');
}

/** A type, where it stands before the name: `final List<String> names`. */
const OF_TYPE = /^[<>[\]?&*]$/;

/** The list item whose name is at `at`; null if there is none, or the one before it is not of its kind. */
function itemAt(
  tokens: readonly string[],
  at: number,
  toNear: Analogy,
): { readonly start: number; readonly end: number } | null {
  let comma = at - 1;
  for (let depth = 0; comma >= 0; comma--) {
    const token = tokens[comma]!;
    if (token === '>') depth++;
    if (token === '<') depth--;
    const isOfType = isBlank(token) || isWord(token) || OF_TYPE.test(token) || (depth > 0 && token === ',');
    if (!isOfType) break;
  }
  if (tokens[comma] !== ',') return null;
  let start = comma + 1;
  while (isBlank(tokens[start]!)) start++;
  let end = at;
  for (let depth = 0; end < tokens.length; end++) {
    const token = tokens[end]!;
    if (/^[([{<]$/.test(token)) depth++;
    if (depth === 0 && /^[,)\]}]$/.test(token)) break;
    if (/^[)\]}>]$/.test(token)) depth--;
  }
  if (end === tokens.length) return null;
  while (isBlank(tokens[end - 1]!)) end--;
  const item = tokens.slice(start, end);
  const before = tokens.slice(Math.max(0, comma - item.length), comma);
  if (before.map((token) => toNear.get(token) ?? token).join('') !== item.join('')) return null;
  const opening = tokens.slice(0, comma - item.length).findLast((token) => !isBlank(token));
  return opening !== undefined && /^[([{,]$/.test(opening) ? { start, end } : null;
}

/** Up to the first line indented less than the new one. */
function endOfBlock(lines: readonly string[], line: number, from: number): number {
  const depth = indentOf(lines[line]!).length;
  let to = from;
  for (let at = from; at < Math.min(lines.length, from + LOOKED_THROUGH); at++) {
    const text = lines[at]!;
    if (text.trim() === '') continue;
    if (indentOf(text).length < depth) break;
    to = at + 1;
  }
  return to;
}
