/** What diagnostics since the last changes show: other places that must change too. */
import { changeBetween, type LineChange } from '../edits/change.ts';
import type { OwnEdit } from '../edits/recentEdits.ts';
import { tokensOf } from '../edits/tokens.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import type { NextEditDiagnostic, NextEditJump } from '../protocol/index.ts';
import { SHORTEST_NAME, seenOutside } from './jumps.ts';
import { isOfNoVariable, renamingIn, wordsIn } from './renamed.ts';

/** Changes considered: following a rename makes one at each place. */
const LOOKED_BACK = 12;
/** More are not the consequence of one change, but a file that does not compile. */
const MOST_ERRORS = 50;
const LONGEST_LINE = 500;
const LONGEST_MESSAGE = 200;
const WARNING = 2;

export interface ErrorsIn {
  readonly lines: readonly string[];
  readonly path: string;
  /** Changes of the file, newest first. */
  readonly own: readonly OwnEdit[];
  /** Changes in any file, oldest first. */
  readonly recent: readonly LineChange[];
}

/** Diagnostics of the requested document. */
export function errorsHere(diagnostics: readonly NextEditDiagnostic[], uri: string): NextEditDiagnostic[] {
  return diagnostics
    .slice(0, MOST_ERRORS)
    .filter((error) => (error.severity ?? 1) <= WARNING && (error.uri === undefined || error.uri === uri));
}

/**
 * The old name of something just renamed where a diagnostic now marks it wrong, e.g. a method after a dot, which no scope knows: the place
 * nearest to the cursor. null for none. `isLate`: whether there is no time for older changes of the file.
 */
export function renamedAtError(
  file: ErrorsIn,
  errors: readonly NextEditDiagnostic[],
  cursorLine: number,
  syntax: SyntaxReader | null,
  isLate: () => boolean = () => false,
): LineChange | null {
  const { lines, path } = file;
  const near = [...errors].sort(
    (a, b) => Math.abs(a.range.start.line - cursorLine) - Math.abs(b.range.start.line - cursorLine),
  );
  for (const change of membersRenamed(file, syntax, isLate)) {
    const renaming = wordsIn(change);
    if (renaming === null) continue;
    const { from, to } = renaming;
    const at = near.flatMap((error) => placeOf(lines, error, from) ?? [])[0];
    if (at === undefined) continue;
    const was = lines[at.line]!;
    const now = was.slice(0, at.character) + to + was.slice(at.character + from.length);
    return changeBetween(path, at.line, [was], [now]);
  }
  return null;
}

/** Lines with an error, nearest first. */
export function errorLines(errors: readonly NextEditDiagnostic[], near: number, lineCount: number): number[] {
  const lines = errors.filter(({ severity = 1 }) => severity === 1).map(({ range }) => range.start.line);
  return [...new Set(lines)].filter((line) => line < lineCount).sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
}

/** Errors in other documents about the changed name. */
export function jumpsToErrors(
  diagnostics: readonly NextEditDiagnostic[],
  change: LineChange,
  { uri, isOfFolder }: { readonly uri: string; isOfFolder(other: string): boolean },
): NextEditJump[] {
  const name = renamingIn(change)?.from ?? seenOutside(change)?.name;
  if (name === undefined) return [];
  return diagnostics.slice(0, MOST_ERRORS).flatMap(({ uri: other = uri, range, message, severity = 1 }) => {
    const said = message.slice(0, LONGEST_MESSAGE);
    const speaksOfIt = other !== uri && severity <= WARNING && tokensOf(said).includes(name);
    return speaksOfIt && isOfFolder(other) ? [{ uri: other, range, reason: said }] : [];
  });
}

/** Renames that scopes do not follow, newest first. */
function* membersRenamed(
  { lines, path, own, recent }: ErrorsIn,
  syntax: SyntaxReader | null,
  isLate: () => boolean,
): Generator<LineChange> {
  for (const edit of own) {
    if (isOfNoVariable(lines, edit, syntax)) yield edit.change;
    if (isLate()) break;
  }
  const elsewhere = recent.filter((change) => change.path !== path);
  for (const change of elsewhere.slice(-LOOKED_BACK).toReversed()) if (isMember(change)) yield change;
}

/** Top-level declarations are followed through imports; shorter names may be other variables. */
function isMember(change: LineChange): boolean {
  const isTop = seenOutside(change) !== null && !/^\s/.test(change.before[0] ?? '');
  return !isTop && (renamingIn(change)?.from.length ?? 0) >= SHORTEST_NAME;
}

/** Place of the name within an error, if it occurs exactly once. */
function placeOf(
  lines: readonly string[],
  { range: { start, end } }: NextEditDiagnostic,
  name: string,
): { readonly line: number; readonly character: number } | null {
  const text = lines[start.line];
  if (text === undefined || text.length > LONGEST_LINE || end.line !== start.line) return null;
  let at = start.character;
  const found: number[] = [];
  for (const token of tokensOf(text.slice(start.character, end.character))) {
    if (token === name) found.push(at);
    at += token.length;
  }
  const [only] = found;
  const around = only === undefined ? [] : [text[only - 1], text[only + name.length]];
  // The range may end within a longer word if the document has changed since.
  if (
    only === undefined ||
    found.length > 1 ||
    around.some((unit) => unit !== undefined && /[\p{L}\p{N}_$]/u.test(unit))
  )
    return null;
  return { line: start.line, character: only };
}
