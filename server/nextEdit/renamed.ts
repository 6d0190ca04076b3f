/**
 * A declaration got another name: its uses get it too, by the scopes of the language, or in the block below it where these are not known.
 * That takes no model, and is there at once. Only where nothing speaks against it; everywhere else the model is asked.
 */
import { applied, changeBetween, type LineChange, type LineSpan, reversed } from '../edits/change.ts';
import type { OwnEdit } from '../edits/recentEdits.ts';
import { repeatLastChange } from '../edits/repeatLastChange.ts';
import { type EditSituation, REGION } from '../edits/situation.ts';
import { DECLARES, hasName, indentOf, isBlank, isName, isWord, replacements, tokensOf } from '../edits/tokens.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import { replacementIn } from '../mining/edits/names.ts';
import { type NamedText, type Renaming, type Respelling, type UsesLeft, usesLeft } from './boundUses.ts';
import { byLine, type InLine, respelledIn } from './respell.ts';

/** A block of more is looked through no further. */
const LONGEST_BLOCK = 400;
const LONGEST_LINE = 500;
/** A file is parsed twice for each renamed name that it still has: 80 ms at most, for which everything else waits. */
const MOST_MS = 100;
/** What has its parameters in brackets. */
const SIGNATURE =
  /\b(?:def|function|fn|func|fun|constructor)\b|=>|^\s*(?:[\w$<>[\],.?&*]+\s+)*[\w$]+\s*\(.*\)[^;]*\{\s*$/;
const STATEMENT = /^\s*(?:\}\s*)?(?:if|else|while|switch|catch|return|match|with|elif|when|unless|throw|await|do)\b/;

/**
 * Of the nearest uses, those within one region; null for none. `own`: what was changed in the file, as if it had been done last, and led
 * to `lines`. `syntax`: null where the language has no grammar of ours.
 */
export function renamedUses(lines: readonly string[], own: OwnEdit, syntax: SyntaxReader | null): LineChange | null {
  const renaming = renamingLeft(lines, own.change, syntax);
  if (renaming === null) return null;
  const left = usesByScope(lines, own, renaming, syntax);
  if (left.kind === 'unknown') return usesInBlock(lines, own);
  return left.kind === 'uses' ? firstOf(lines, own.change, renaming, left.uses) : null;
}

/** Whether a change gave another name to what is no variable, as far as is known: to a member, or where it is used. */
export function isOfNoVariable(lines: readonly string[], own: OwnEdit, syntax: SyntaxReader | null): boolean {
  const renaming = renamingLeft(lines, own.change, syntax);
  if (renaming === null) return false;
  const left = usesByScope(lines, own, renaming, syntax);
  if (left.kind === 'uses') return left.ofMember;
  return left.kind === 'no-variable' || (left.kind === 'unknown' && renamedDeclaration(own.change) === null);
}

/** What a change replaced everywhere in its lines, by what, and in which file; null where it did more. */
export function renamingKey({ path, before, after }: LineChange): string | null {
  const replacement = replacementIn(before, after);
  return replacement && `${path}\0${replacement}`;
}

/**
 * Of `recent`, what may be done once more anywhere: a variable has its uses, and what else goes by its name is another. `own`: of this file,
 * whose scopes are known, and where there is no time to ask them, it may be a variable; of others, what looks like a declaration is one.
 * `followed`: keys of what was followed by scopes, which also stand for a declaration that was changed again since.
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
    const isLeft = renamingLeft(lines, edit.change, syntax) !== null;
    if (isLeft && (nowMs() > late || !isOfNoVariable(lines, edit, syntax))) add(edit.change);
  }
  return recent.filter((change) => {
    const key = renamingKey(change);
    return key === null || !variables.has(key);
  });
}

/** Where the old name is left, by the scopes of the language; in offsets of the file with the old name where it was replaced. */
function usesByScope(
  lines: readonly string[],
  { change, was }: OwnEdit,
  renaming: RenamingInLine,
  syntax: SyntaxReader | null,
): UsesLeft {
  if (syntax === null) return { kind: 'unknown' };
  const named = (text: readonly string[], line: number): NamedText => {
    const start = text.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0);
    return { text: text.join('\n'), at: renaming.columns.map((column) => start + column) };
  };
  const before = was();
  const reverted = named(applied(lines, reversed(change)), change.line);
  return usesLeft(syntax, renaming, { was: named(before.lines, before.line), reverted });
}

/** Below the declaration first, then from the top. */
function firstOf(
  lines: readonly string[],
  change: LineChange,
  { from, to, columns }: RenamingInLine,
  left: readonly Respelling[],
): LineChange | null {
  const grown = to.length - from.length;
  const uses = byLine(applied(lines, reversed(change)), left).map((use): InLine => {
    if (use.line !== change.line) return use;
    const moved = grown * columns.filter((column) => column < use.start).length;
    return { ...use, start: use.start + moved, end: use.end + moved };
  });
  const first = uses.find(({ line }) => line >= change.line) ?? uses[0];
  if (first === undefined) return null;
  const end = Math.min(lines.length, first.line + REGION.above + REGION.below + 1);
  return respelledIn(change.path, lines, { from: first.line, to: end }, uses);
}

/** `columns`: where the old name stood in the line. */
interface RenamingInLine extends Renaming {
  readonly columns: readonly number[];
}

/**
 * The names of a change that replaced one by another, in one line, where the old one is left in the file. What is a keyword in one language,
 * such as `type` or `range`, is a name in others.
 */
function renamingLeft(
  lines: readonly string[],
  change: LineChange,
  syntax: SyntaxReader | null,
): RenamingInLine | null {
  const renaming = wordsIn(change);
  if (renaming === null || !lines.some((line) => line.includes(renaming.from))) return null;
  const { from, to } = renaming;
  return [from, to].every((word) => syntax?.mayName(word) ?? isName(word)) ? renaming : null;
}

/** The names of a change that replaced one by another, in one line; null where one of them is a keyword in any language. */
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

/** By indentation, where nothing speaks against it. */
function usesInBlock(lines: readonly string[], own: OwnEdit): LineChange | null {
  const { change: last } = own;
  const name = renamedDeclaration(last);
  if (name === null || !isFreeInBlock(own)) return null;
  const block = blockBelow(lines, last);
  for (let line = block.from; line < block.to; line++) {
    const here = repeatLastChange(lines, { from: line, to: line + 1 }, last);
    if (here === null) continue;
    const region = { from: line, to: Math.min(block.to, line + REGION.above + REGION.below + 1) };
    const rewritten = repeatLastChange(lines, region, last);
    return rewritten === null
      ? null
      : changeBetween(last.path, region.from, lines.slice(region.from, region.to), rewritten);
  }
  return null;
}

/** Whether the new name stood nowhere in the block before. */
function isFreeInBlock({ change, was }: OwnEdit): boolean {
  const name = renamingIn(change)?.to;
  const { lines, line } = was();
  const block = blockBelow(lines, { ...change, line, after: change.before });
  const texts = [change.before[0]!, ...lines.slice(block.from, block.to)];
  return !texts.some((text) => name !== undefined && text.length <= LONGEST_LINE && hasName(text, name));
}

/** Whether something is declared under another name in one of the lines: a person's decision, which nothing done elsewhere takes. */
export function renamesDeclaration(before: readonly string[], after: readonly string[]): boolean {
  if (before.length !== after.length) return false;
  return before.some((line, i) => {
    const now = after[i]!;
    return line !== now && renamedDeclaration({ before: [line], after: [now] }) !== null;
  });
}

/** The old name, where nothing but one name in a declaration is what changed. */
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
  if (!isName(name) || !isName(fresh[first.after.from]) || fresh.includes(name)) return null;
  const word = old.slice(0, from).findLast((token) => !isBlank(token));
  const next = old.slice(to).find((token) => !isBlank(token));
  if (word === undefined) return null;
  const isDeclared = DECLARES.test(word);
  const inBrackets = SIGNATURE.test(was) && !STATEMENT.test(was) && old.slice(0, from).includes('(');
  // In Go the type stands behind the name, and what stands behind anything else is a name too.
  const isParameter = /^\s*func\b/.test(was)
    ? /^[(,]$/.test(word)
    : !/^[.:>]$/.test(word) && /^[,):=?;]$/.test(next ?? '');
  return isDeclared || (inBrackets && isParameter) ? name : null;
}

/** The lines that the changed one begins a block of; behind a declaration that begins none, the rest of its own block. */
function blockBelow(lines: readonly string[], { line, after }: LineChange): LineSpan {
  const depth = indentOf(after[0]!).length;
  const from = line + after.length;
  let to = from;
  let least: number | null = null;
  for (let at = from; at < Math.min(lines.length, from + LONGEST_BLOCK); at++) {
    const text = lines[at]!;
    if (text.trim() === '') continue;
    const indent = indentOf(text).length;
    // The end of a signature over several lines.
    if (least === null && indent === depth && /^\s*[)\]}].*[{:]\s*$/.test(text)) continue;
    least ??=
      indent > depth || !/[{:]\s*$/.test(after[0]!) ? Math.min(indent, indent > depth ? depth + 1 : depth) : depth + 1;
    if (indent < least) break;
    to = at + 1;
  }
  return { from, to };
}
