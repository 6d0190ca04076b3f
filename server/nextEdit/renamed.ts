/**
 * After the rename of a declaration, its uses follow: by the scopes of the language, or in the block below if those are unknown. Needs no
 * model and no time. Only if nothing speaks against it; otherwise the model is asked.
 */

import { applied, changeBetween, type LineChange, type LineSpan, reversed } from '../edits/change.ts';
import { lineOffset } from '../edits/lineOffset.ts';
import type { OwnEdit } from '../edits/recentEdits.ts';
import { repeatLastChange } from '../edits/repeatLastChange.ts';
import { placesReplaced, replacementIn, replacesWithKeys } from '../edits/replacement.ts';
import { type EditSituation, REGION } from '../edits/situation.ts';
import { DECLARES, hasName, indentOf, isBlank, isName, isWord, replacements, tokensOf } from '../edits/tokens.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import { type NamedText, type Renaming, type Respelling, type UsesLeft, usesLeft } from './boundUses.ts';
import { isCommentLine } from './commentLine.ts';
import { mayBeOther } from './otherUse.ts';
import { byLine, type InLine, respelledIn } from './respell.ts';

/** Lines of a block that are searched. */
const LONGEST_BLOCK = 400;
const LONGEST_LINE = 500;
/** A file is parsed twice for each renamed name that it still has, in 80 ms at most, and everything else waits. */
const MOST_MS = 100;
/** A declaration with parameters in brackets. */
const SIGNATURE =
  /\b(?:def|function|fn|func|fun|constructor)\b|=>|^\s*(?:[\w$<>[\],.?&*]+\s+)*[\w$]+\s*\(.*\)[^;]*\{\s*$/;
const STATEMENT = /^\s*(?:\}\s*)?(?:if|else|while|switch|catch|return|match|with|elif|when|unless|throw|await|do)\b/;

/**
 * The nearest uses, as far as one region reaches; null for none. `own`: a change of the file, as if it had been made last and led to
 * `lines`. `syntax`: null if we have no grammar for the language.
 */
export function renamedUses(lines: readonly string[], own: OwnEdit, syntax: SyntaxReader | null): LineChange | null {
  const renaming = renamingLeft(lines, own, syntax);
  if (renaming === null) return null;
  const left = usesByScope(lines, own, renaming, syntax);
  if (left.kind === 'unknown') return usesInBlock(lines, own);
  return left.kind === 'uses' ? firstOf(lines, own.change, renaming, left.uses) : null;
}

/** Whether a change renamed something that is no variable, as far as is known: a member, or a mere use. */
export function isOfNoVariable(lines: readonly string[], own: OwnEdit, syntax: SyntaxReader | null): boolean {
  const renaming = renamingLeft(lines, own, syntax);
  if (renaming === null) return false;
  const left = usesByScope(lines, own, renaming, syntax);
  if (left.kind === 'uses') return left.ofMember;
  if (left.kind === 'no-variable') return true;
  // Where scopes could tell but did not, e.g. in a file that takes too long to parse, only a dot still does.
  const { change, made = change } = own;
  const isAfterDot = renaming.columns.every((column) => made.before[0]![column - 1] === '.');
  return left.kind === 'unknown' && (syntax?.resolvesNames !== true || isAfterDot) && renamedDeclaration(made) === null;
}

/** What a change replaced everywhere in its lines, by what, and in which file; null if it did more. */
export function renamingKey({ path, before, after }: LineChange): string | null {
  const replacement = replacementIn(before, after);
  return replacement && `${path}\0${replacement}`;
}

/**
 * The changes of `recent` that may be repeated anywhere: not renames of variables, since other uses of the same name are unrelated. `own`:
 * changes of this file, where scopes decide, or, if there is no time for that, anything may be a variable; in other files, whatever looks
 * like a declaration is one. `followed`: keys of renames already followed by scopes, also for declarations changed again since.
 */
export function repeatableOf(
  { path, lines, recent }: Pick<EditSituation, 'path' | 'lines' | 'recent'>,
  own: readonly OwnEdit[],
  syntax: SyntaxReader | null,
  {
    followed = new Set(),
    nowMs = () => performance.now(),
  }: { readonly followed?: ReadonlySet<string>; nowMs?(): number } = {},
): readonly LineChange[] {
  const late = nowMs() + MOST_MS;
  const variables = new Set(followed);
  const add = (change: LineChange): void => {
    const key = renamingKey(change);
    if (key !== null) variables.add(key);
  };
  for (const change of recent) if (change.path !== path && renamedDeclaration(change) !== null) add(change);
  for (const edit of own) {
    const isLeft = renamingLeft(lines, edit, syntax) !== null;
    if (isLeft && (nowMs() > late || !isOfNoVariable(lines, edit, syntax))) add(edit.change);
  }
  const renamed = [...variables].map((key) => key.split('\0') as [path: string, from: string, to: string]);
  return recent.filter((change) => {
    const key = renamingKey(change);
    if (key !== null) return !variables.has(key);
    return !renamed.some(([path, from, to]) => change.path === path && replacesWithKeys(change, from, to));
  });
}

/** Remaining uses of the old name, by the scopes of the language; offsets are in the file with the rename undone. */
function usesByScope(
  lines: readonly string[],
  own: OwnEdit,
  renaming: RenamingLeft,
  syntax: SyntaxReader | null,
): UsesLeft {
  return syntax === null ? { kind: 'unknown' } : usesLeft(syntax, renaming, textsOf(lines, own, renaming));
}

/** The file before a rename, and as it is with that undone. */
export function textsOf(
  lines: readonly string[],
  { change, was }: OwnEdit,
  { columns, places }: RenamingLeft,
): { readonly was: NamedText; readonly reverted: NamedText } {
  const named = (text: readonly string[], at: readonly Place[]): NamedText => ({
    text: text.join('\n'),
    at: at.map(({ line, column }) => lineOffset(text, line) + column),
  });
  const before = was();
  const made = columns.map((column) => ({ line: before.line, column }));
  return { was: named(before.lines, made), reverted: named(applied(lines, reversed(change)), places) };
}

/** The first use below the declaration, or else from the top. */
export function firstOf(
  lines: readonly string[],
  change: LineChange,
  { from, to, places }: RenamingLeft,
  left: readonly Respelling[],
): LineChange | null {
  const grown = to.length - from.length;
  const uses = byLine(applied(lines, reversed(change)), left).map((use): InLine => {
    const moved = grown * places.filter(({ line, column }) => line === use.line && column < use.start).length;
    return { ...use, start: use.start + moved, end: use.end + moved };
  });
  const first = uses.find(({ line }) => line >= change.line) ?? uses[0];
  if (first === undefined) return null;
  const end = Math.min(lines.length, first.line + REGION.above + REGION.below + 1);
  return respelledIn(change.path, lines, { from: first.line, to: end }, uses);
}

/** `columns`: places of the old name in the line. */
interface RenamingInLine extends Renaming {
  readonly columns: readonly number[];
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** `columns`: in the line as it was renamed; `places`: in the file without the change, and what followed in its lines. */
export interface RenamingLeft extends RenamingInLine {
  readonly places: readonly Place[];
}

/**
 * The names in a change that only replaced one by another, in one line, if the old one is left in the file. A keyword of one language, such
 * as `type` or `range`, is a name in others.
 */
export function renamingLeft(
  lines: readonly string[],
  { change, made = change }: OwnEdit,
  syntax: SyntaxReader | null,
): RenamingLeft | null {
  const renaming = wordsIn(made);
  if (renaming === null || !lines.some((line) => line.includes(renaming.from))) return null;
  const { from, to } = renaming;
  if (![from, to].every((word) => syntax?.mayName(word) ?? isName(word))) return null;
  const replaced = placesReplaced(change.before, change.after);
  return { ...renaming, places: replaced.map(({ line, column }) => ({ line: change.line + line, column })) };
}

/** The names in a change that only replaced one by another, in one line; null if one is a keyword in any language. */
export function renamingIn(change: LineChange): RenamingInLine | null {
  const renaming = wordsIn(change);
  return renaming !== null && isName(renaming.from) && isName(renaming.to) ? renaming : null;
}

/** As {@link renamingIn}, keywords included. */
export function wordsIn({ before, after }: LineChange): RenamingInLine | null {
  if (before.length !== 1 || after.length !== 1) return null;
  const [was, now] = [before[0]!, after[0]!];
  if (was.length > LONGEST_LINE || now.length > LONGEST_LINE) return null;
  const [old, fresh] = [tokensOf(was), tokensOf(now)];
  const found = replacements(old, fresh) ?? [];
  const names = found.map((replaced) => ({
    from: old.slice(replaced.before.from, replaced.before.to).join(''),
    to: fresh.slice(replaced.after.from, replaced.after.to).join(''),
    column: old.slice(0, replaced.before.from).join('').length,
  }));
  const [first] = names;
  if (first === undefined || !names.every(({ from, to }) => from === first.from && to === first.to)) return null;
  const { from, to } = first;
  if (![from, to].every((name) => isWord(name) && tokensOf(name).length === 1)) return null;
  return { from, to, columns: names.map(({ column }) => column) };
}

/** By indentation, if nothing speaks against it. */
function usesInBlock(lines: readonly string[], own: OwnEdit): LineChange | null {
  const { change: last } = own;
  const name = renamedDeclaration(last);
  // A value of that name is another thing: the uses below may be of either.
  if (name === null || hasName(last.after[0]!, name) || !isFreeInBlock(own)) return null;
  const block = blockBelow(lines, last);
  if (lines.slice(block.from, block.to).some((line) => line.length <= LONGEST_LINE && mayBeOther(line, name)))
    return null;
  for (let line = block.from; line < block.to; line++) {
    if (isProse(lines[line]!, name) || repeatLastChange(lines, { from: line, to: line + 1 }, last) === null) continue;
    const region = { from: line, to: Math.min(block.to, line + REGION.above + REGION.below + 1) };
    const now = lines.slice(region.from, region.to);
    const rewritten = repeatLastChange(lines, region, last)?.map((text, at) =>
      isProse(now[at]!, name) ? now[at]! : text,
    );
    return rewritten === undefined ? null : changeBetween(last.path, region.from, now, rewritten);
  }
  return null;
}

/** Whether a name in a comment may be a mere word. */
function isProse(line: string, name: string): boolean {
  return isCommentLine(line) && /^\p{Lu}?\p{Ll}+$/u.test(name);
}

/** Whether the block did not contain the new name before. */
function isFreeInBlock({ change, was }: OwnEdit): boolean {
  const name = renamingIn(change)?.to;
  const { lines, line } = was();
  const block = blockBelow(lines, { ...change, line, after: change.before });
  const texts = [change.before[0]!, ...lines.slice(block.from, block.to)];
  return !texts.some((text) => name !== undefined && text.length <= LONGEST_LINE && hasName(text, name));
}

/** Whether a declaration in one of the lines is renamed: a person's decision, which does not follow from changes elsewhere. */
export function renamesDeclaration(before: readonly string[], after: readonly string[]): boolean {
  if (before.length !== after.length) return false;
  return before.some((line, i) => {
    const now = after[i]!;
    return line !== now && renamedDeclaration({ before: [line], after: [now] }) !== null;
  });
}

/** The old name, if only the name in a declaration changed. */
function renamedDeclaration({ before, after }: Pick<LineChange, 'before' | 'after'>): string | null {
  if (before.length !== 1 || after.length !== 1) return null;
  const [was, now] = [before[0]!, after[0]!];
  if (was.length > LONGEST_LINE || now.length > LONGEST_LINE) return null;
  const [old, fresh] = [tokensOf(was), tokensOf(now)];
  const found = replacements(old, fresh) ?? [];
  const [first] = found;
  if (found.length !== 1 || first === undefined) return null;
  const { from, to } = first.before;
  if (to - from !== 1 || first.after.to - first.after.from !== 1) return null;
  const name = old[from]!;
  if (!isName(name) || !isName(fresh[first.after.from])) return null;
  const word = old.slice(0, from).findLast((token) => !isBlank(token));
  const next = old.slice(to).find((token) => !isBlank(token));
  if (word === undefined) return null;
  const isDeclared = DECLARES.test(word);
  const inBrackets = SIGNATURE.test(was) && !STATEMENT.test(was) && old.slice(0, from).includes('(');
  // In Go the type follows the name, and what follows anything else is a name too.
  const isParameter = /^\s*func\b/.test(was)
    ? /^[(,]$/.test(word)
    : !/^[.:>]$/.test(word) && /^[,):=?;]$/.test(next ?? '');
  return isDeclared || (inBrackets && isParameter) ? name : null;
}

/** The block that the changed line begins; for a declaration that begins none, the rest of its own block. */
function blockBelow(lines: readonly string[], { line, after }: LineChange): LineSpan {
  const depth = indentOf(after[0]!).length;
  const from = line + after.length;
  let to = from;
  let least: number | null = null;
  for (let at = from; at < Math.min(lines.length, from + LONGEST_BLOCK); at++) {
    const text = lines[at]!;
    if (text.trim() === '') continue;
    const indent = indentOf(text).length;
    // The end of a multi-line signature.
    if (least === null && indent === depth && /^\s*[)\]}].*[{:]\s*$/.test(text)) continue;
    least ??=
      indent > depth || !/[{:]\s*$/.test(after[0]!) ? Math.min(indent, indent > depth ? depth + 1 : depth) : depth + 1;
    if (indent < least) break;
    to = at + 1;
  }
  return { from, to };
}
