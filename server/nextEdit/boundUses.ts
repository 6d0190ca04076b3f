/**
 * Remaining uses of a renamed name, by the scopes of its language: places with the old name, never those of another binding. None if the
 * new name is not free, since uses would then be bound to something else.
 */
import { posix } from 'node:path';
import type { Binding, NamesIn, NameUse, Scope } from '../languages/names/index.ts';
import type { SyntaxReader } from '../languages/syntax.ts';
import { type DeclaredAndUsed, mayBeFrom } from './importsFrom.ts';

export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** Text from `start` to before `end` is to be replaced by `text`. UTF-16 units. */
export interface Respelling {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text with the old name, and the places where it was replaced later. */
export interface NamedText {
  readonly text: string;
  readonly at: readonly number[];
}

export type UsesLeft =
  /** The syntax does not say. */
  | { readonly kind: 'unknown' }
  /** What was renamed is not a variable, function or type, or not at its declaration: perhaps a member. */
  | { readonly kind: 'no-variable' }
  /** The new name is not free. */
  | { readonly kind: 'taken' }
  /** `ofMember`: uses after a dot are not among them. */
  | { readonly kind: 'uses'; readonly uses: readonly Respelling[]; readonly ofMember: boolean };

/**
 * Remaining uses of the old name of what was declared under it, in `reverted`: the current file with the rename undone. `was`: the file
 * before the rename, before any uses were followed.
 */
export function usesLeft(
  syntax: SyntaxReader,
  renaming: Renaming,
  { was, reverted }: { readonly was: NamedText; readonly reverted: NamedText },
): UsesLeft {
  const found = bothUses(syntax, renaming, was, reverted);
  if (found === null) return { kind: 'unknown' };
  const { before, now } = found;
  const [known, left] = [declaredAt(before.old, was.at), declaredAt(now.old, reverted.at)];
  if (known === null || left === null)
    return { kind: before.names.isBroken || now.names.isBroken ? 'unknown' : 'no-variable' };
  if (!isFree(clashing(before, known), known)) return { kind: 'taken' };
  const uses = now.old
    .filter(({ binding, start }) => binding === left && !reverted.at.includes(start))
    .filter((use) => !isTaken(use, clashing(now, left).fresh, left.scope))
    .map((use) => respelled(use, renaming));
  return { kind: 'uses', uses, ofMember: left.ofMember };
}

/** Where a file uses under the old name what another one declares. `was` as above. null if the syntax does not say. */
export function importedUses(
  syntax: SyntaxReader,
  renaming: Renaming,
  { was, text }: { readonly was: string; readonly text: string },
  paths: DeclaredAndUsed,
): readonly Respelling[] | null {
  const found = bothUses(syntax, renaming, { text: was, at: [] }, { text, at: [] });
  if (found === null) return null;
  const { before, now } = found;
  const imported = before.old.filter((use) => isImported(use, before.names, paths));
  const isFileWide = ({ kind, binding }: NameUse): boolean =>
    kind !== 'foreign' && (binding === null || binding.scope === before.names.file);
  const { file } = before.names;
  if (before.fresh.some(isFileWide) || imported.some((use) => isTaken(use, before.fresh, file))) return [];
  // Its import has the new name already. What another module calls its own is no use of it.
  const isLeft = ({ kind, binding }: NameUse): boolean => kind !== 'foreign' && binding === null && imported.length > 0;
  return now.old
    .filter((use) => (isImported(use, now.names, paths) || isLeft(use)) && !isTaken(use, now.fresh, now.names.file))
    .map((use) => respelled(use, renaming));
}

function isImported({ kind, module, binding }: NameUse, { unimported }: NamesIn, paths: DeclaredAndUsed): boolean {
  if (kind === 'foreign') return mayBeFrom(module, paths);
  if (binding !== null) return binding.imported && binding.modules.some((of) => mayBeFrom(of, paths));
  if (unimported !== 'folder') return unimported === 'all';
  return posix.dirname(paths.declared) === posix.dirname(paths.used);
}

/** Places of both names in a text. */
interface BothUses {
  readonly names: NamesIn;
  readonly old: readonly NameUse[];
  readonly fresh: readonly NameUse[];
}

function bothUses(
  syntax: SyntaxReader,
  renaming: Renaming,
  was: NamedText,
  now: NamedText,
): { readonly before: BothUses; readonly now: BothUses } | null {
  const before = usesIn(syntax, renaming, was);
  const after = was.text === now.text || before === null ? before : usesIn(syntax, renaming, now, renaming.to);
  return before === null || after === null ? null : { before, now: after };
}

function usesIn(
  syntax: SyntaxReader,
  { from, to }: Renaming,
  { text, at }: NamedText,
  renamed: string | null = null,
): BothUses | null {
  const names = syntax.names(text);
  const near = at[0] ?? null;
  const [old, fresh] = [names?.uses(from, { renamed, near }) ?? null, names?.uses(to, { near }) ?? null];
  return names === null || old === null || fresh === null ? null : { names, old, fresh };
}

/** The binding first declared at one of these places: renaming a later assignment does not rename all. */
function declaredAt(uses: readonly NameUse[], places: readonly number[]): Binding | null {
  const declaration = uses.find(({ start, binding }) => places.includes(start) && binding?.first === start);
  return declaration?.binding ?? null;
}

/** Without those of the new name that a value of that name leaves alone. */
function clashing(uses: BothUses, { ofValue }: Binding): BothUses {
  return ofValue ? { ...uses, fresh: uses.fresh.filter(({ apart }) => !apart) } : uses;
}

/** Whether nothing in the scope has the new name, except in inner scopes that do not use the old one. */
function isFree({ fresh, old }: BothUses, renamed: Binding): boolean {
  return fresh.every(({ binding, scopes }) => {
    const around = scopes.indexOf(renamed.scope);
    if (around < 0) return true;
    const own = binding === null ? -1 : scopes.indexOf(binding.scope);
    if (own < 0 || own >= around) return false;
    return !old.some((use) => use.binding === renamed && use.scopes.includes(scopes[own]!));
  });
}

/** Whether the new name is shadowed between a use and the scope of what is used. */
function isTaken({ scopes }: NameUse, fresh: readonly NameUse[], scope: Scope): boolean {
  const within = scopes.slice(0, Math.max(0, scopes.indexOf(scope)));
  return fresh.some(({ binding }) => binding !== null && within.includes(binding.scope));
}

function respelled({ start, end, shorthand }: NameUse, { from, to }: Renaming): Respelling {
  return { start, end, text: shorthand ? `${from}: ${to}` : to };
}
