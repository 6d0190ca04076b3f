/**
 * What a grammar's nodes say about names. A line is a node's type, or `*` for any, and, after a dot, the field of a child:
 * `parameter.pattern`; without a field any child, and with `!` any except those in the field. After `?`: a field that the node must have,
 * or with `!` must not have; a sign there, as in `?:=`, is one of its children. After `>`: the child's type. After `^`: the type of the
 * node's own parent, or with `!` what that must not be. After `#`: `first` or `last`, if the child is that among all of the node's
 * children, or `leading`, if no node of its type is before the node, or `unassigned`, if no `=` stands before the child. Enough to resolve a
 * name's uses; not what a compiler knows.
 */
export interface NameRules {
  /** Words that cannot be names; absent: unknown. */
  readonly reserved?: readonly string[];
  /** Nodes that are names of variables, functions and types. Those of members are other nodes, or listed in `others`. */
  readonly names: readonly string[];
  /** Names declared in these are visible within them. The root is always one. */
  readonly scopes: readonly string[];
  /** Scopes whose names are invisible in scopes nested in them, e.g. classes in Python. */
  readonly unseenWithin?: readonly string[];
  /** Scopes that see nothing around them, e.g. functions in PHP, except names in one of `takes`. */
  readonly walls?: readonly string[];
  readonly takes?: readonly string[];
  /** Declares a name in the innermost scope around, including the parent itself. */
  readonly declares: readonly string[];
  /** Declares it in the scope around the parent: the name of a function, which is itself a scope. */
  readonly declaresOutside: readonly string[];
  /** Scopes in which that is a member, accessed after a dot. */
  readonly memberScopes?: readonly string[];
  /** Members may be used without a dot, where they look like variables. */
  readonly bareMembers?: boolean;
  /** A field and a method may have the same name, and are two things. */
  readonly methodsApart?: boolean;
  /** Declares it in the innermost of `functions`. */
  readonly declaresInFunction?: readonly string[];
  readonly functions?: readonly string[];
  /** Subset of the above: what it declares is only visible after the parent. */
  readonly holdsBehind?: readonly string[];
  /** Redeclaring a name in the same scope makes another variable from there on. */
  readonly shadowsInScope?: boolean;
  /** This file's name for what another one declares. */
  readonly imports: readonly string[];
  /** The other file's name for it, if this one uses a name of its own. */
  readonly foreign?: readonly string[];
  /** Around an import: the field with its module. A name in that field is the module's own. */
  readonly modules?: readonly string[];
  /** Other files' names are only visible if imported. */
  readonly importsAll: boolean;
  /** Not imported, only those of files in the same folder are visible. */
  readonly seesItsFolder?: boolean;
  /** Subset of the above: what it declares is a value, which none of `notValues` names. */
  readonly values?: readonly string[];
  /** Names of types, modules and macros: a value of the same name is something else. */
  readonly notValues?: readonly string[];
  /** Spelled like those, but perhaps a value: e.g. an array's size among the arguments of a template. */
  readonly mayBeValues?: readonly string[];
  /** Subset of `notValues`: these are visible beside a value of the same name. */
  readonly apart?: readonly string[];
  /** Patterns: whatever declares them declares the names in them. */
  readonly through: readonly string[];
  /** Makes assignments in this scope apply to a name around it. */
  readonly ofOuterScope?: readonly string[];
  /** Evaluated in the scope around the parent's, e.g. the default of a parameter. */
  readonly evaluatedOutside?: readonly string[];
  /** Subset of `declares`: there, a capitalized name is a constant to match against. */
  readonly refutable?: readonly string[];
  /** Several names joined by dots: all but the first are members. */
  readonly dotted?: readonly string[];
  /** Subset of `declares`: there, a dotted name is a constant to match against. */
  readonly compared?: readonly string[];
  /** A name in lower case there is a page element, not a name. */
  readonly elements?: readonly string[];
  /** A macro's arguments: signs around a name say whether it is a member. */
  readonly tokens?: readonly string[];
  /** Strings in a macro's arguments: their braces contain a variable, with or without a format. */
  readonly formats?: readonly string[];
  /** Spelled like a name, but that of a member, an argument or a label, unless a rule above declares it. */
  readonly others?: readonly string[];
  /** Subset of `others`: if spelled like the node's field `scope`, it is another name of that, e.g. `Box::Box`. */
  readonly ofItsScope?: readonly string[];
  /** One word for a member and its value: if the value is renamed, both have to be written. */
  readonly shorthand?: readonly string[];
}
