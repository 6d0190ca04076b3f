/**
 * What a grammar's nodes say of names. A line is a node's type and, behind a dot, the field that a child is in: `parameter.pattern`; without
 * a field any child, and with `!` any but those in the field. Behind `?` stands a field that the node has to have, or with `!` must not have.
 * A sign there, as in `?:=`, is one of its children. Behind `>` stands what the child is. Behind `^` stands what the node itself is in, or
 * with `!` must not be in.
 * Enough to follow a name to its uses; not what a compiler knows.
 */
export interface NameRules {
  /** Words that no name is spelled like; absent: not known. */
  readonly reserved?: readonly string[];
  /** Nodes that are names of variables, functions and types. Those of members are other nodes, or among `others`. */
  readonly names: readonly string[];
  /** Within them the names hold that are declared in them. The root is one anyway. */
  readonly scopes: readonly string[];
  /** Scopes whose names those within them do not see, e.g. classes in Python. */
  readonly unseenWithin?: readonly string[];
  /** Scopes within which nothing around is seen, e.g. functions in PHP, but for names in one of `takes`. */
  readonly walls?: readonly string[];
  readonly takes?: readonly string[];
  /** Declares a name in the innermost scope around, the parent itself included. */
  readonly declares: readonly string[];
  /** Declares it in the scope around the parent: the name of a function, which is itself a scope. */
  readonly declaresOutside: readonly string[];
  /** Scopes in which that is a member, called behind a dot. */
  readonly memberScopes?: readonly string[];
  /** Declares it in the innermost of `functions`. */
  readonly declaresInFunction?: readonly string[];
  readonly functions?: readonly string[];
  /** Of those above: what it declares holds behind the parent alone. */
  readonly holdsBehind?: readonly string[];
  /** A name that is declared again in the same scope is another variable from there on. */
  readonly shadowsInScope?: boolean;
  /** A name of this file for what another one declares. */
  readonly imports: readonly string[];
  /** What the other file calls it, where this one has a name of its own for it. */
  readonly foreign?: readonly string[];
  /** Other files' names are known by imports alone. */
  readonly importsAll: boolean;
  /** Patterns: what declares them, declares the names in them. */
  readonly through: readonly string[];
  /** Says that an assignment in this scope is to a name of one around it. */
  readonly ofOuterScope?: readonly string[];
  /** Belongs to what is around the parent's scope, e.g. the default of a parameter. */
  readonly evaluatedOutside?: readonly string[];
  /** Of `declares`: what begins with a capital letter there is a constant that is compared with. */
  readonly refutable?: readonly string[];
  /** Several names with dots between them: those behind the first are members. */
  readonly dotted?: readonly string[];
  /** Of `declares`: a name with dots there is what is compared with. */
  readonly compared?: readonly string[];
  /** What begins with a small letter there is an element of the page, and no name. */
  readonly elements?: readonly string[];
  /** What a macro gets: a name behind a dot is one of a member. */
  readonly tokens?: readonly string[];
  /** Texts in what a macro gets: in their braces stands a variable, with or without a format. */
  readonly formats?: readonly string[];
  /** Spelled like a name, but one of a member, an argument or a label, where nothing above says that it is declared. */
  readonly others?: readonly string[];
  /** Of `others`: what is spelled like the node's field `scope` is another name of that, e.g. `Box::Box`. */
  readonly ofItsScope?: readonly string[];
  /** One word for a member and its value: with another name for the value, both are written. */
  readonly shorthand?: readonly string[];
}
