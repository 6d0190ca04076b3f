/** What is known of a name's places in a text. */

/** UTF-16 units of the text. One object per node. */
export interface Scope {
  readonly start: number;
  readonly end: number;
}

/** A declared name in a scope, possibly declared in several places. */
export interface Binding {
  readonly scope: Scope;
  /** Offset of its first declaration. */
  readonly first: number;
  /** Only declared by other files. */
  readonly imported: boolean;
  /** Those it is imported from, as written. */
  readonly modules: readonly (string | null)[];
  /** Also accessible after a dot. */
  readonly ofMember: boolean;
  /** Not a type, a module or a macro, as far as the language keeps these apart. */
  readonly ofValue: boolean;
}

export interface NameUse {
  readonly start: number;
  readonly end: number;
  /** `foreign`: the other file's name for it. */
  readonly kind: 'declares' | 'imports' | 'refers' | 'foreign';
  /** Of a foreign name: as written. */
  readonly module: string | null;
  /** null if nothing in the text declares it. */
  readonly binding: Binding | null;
  /** The scope that contains it, then those around. */
  readonly scopes: readonly Scope[];
  /** Of something that a value of the same name does not hide. */
  readonly apart: boolean;
  /** Also the name of a member. */
  readonly shorthand: boolean;
}
