/**
 * After the rename of a field or a method at its declaration, its uses follow where it is sure whose member they are: by the object itself
 * (`this.name`, `self.name`), by a variable that is declared with its type, and in a literal of that type.
 */
import type { LineChange } from '../edits/change.ts';
import type { OwnEdit } from '../edits/recentEdits.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import type { NamedText, Respelling } from './boundUses.ts';
import { firstOf, type RenamingLeft, renamingLeft, textsOf } from './renamed.ts';

/** The nearest uses, as far as one region reaches; null for none. `syntax`: null if we have no grammar for the language. */
export function renamedMember(lines: readonly string[], own: OwnEdit, syntax: SyntaxReader | null): LineChange | null {
  const renaming = syntax && renamingLeft(lines, own, syntax);
  if (syntax === null || renaming === null) return null;
  const { was, reverted } = textsOf(lines, own, renaming);
  if (!isFirstAndFree(syntax, renaming, was)) return null;
  return firstOf(lines, own.change, renaming, usesLeft(syntax, renaming, reverted));
}

/** Whether the name was changed where the member is declared first, and its type had none of the new name. */
function isFirstAndFree(syntax: SyntaxReader, { from, to }: RenamingLeft, { text, at }: NamedText): boolean {
  const members = syntax.members(text);
  const [start] = at;
  if (members === null || start === undefined) return false;
  const owner = members.declaredAt(start, start + from.length);
  if (owner === null || members.usesOf(owner, to)?.length !== 0) return false;
  const declarations = members.usesOf(owner, from)?.filter((use) => use.isDeclaration) ?? [];
  return declarations[0]?.start === start;
}

function usesLeft(syntax: SyntaxReader, { from, to }: RenamingLeft, { text, at }: NamedText): Respelling[] {
  const members = syntax.members(text);
  const [start] = at;
  const owner = start === undefined ? null : (members?.declaredAt(start, start + from.length) ?? null);
  const uses = owner === null ? null : (members?.usesOf(owner, from) ?? null);
  return (uses ?? [])
    .filter((use) => !(at.includes(use.start) || members!.isTakenAt(use.start, from, to)))
    .map((use) => ({ start: use.start, end: use.end, text: use.isShort ? `${to}: ${from}` : to }));
}
