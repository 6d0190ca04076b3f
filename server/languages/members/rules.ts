/** What a language's syntax says about members: for each, which type they are of where that is sure. */
import type Parser from 'tree-sitter';
import type { MemberPlace, Owner } from './memberPlace.ts';

export type Node = Parser.SyntaxNode;

/** The text around a name. */
export interface Around {
  /** Not from a node's `text`, which the tree would read from a text that is gone. */
  textOf(node: Node): string;
  /** A name, and what else it is called in the text while it is renamed. */
  spellingsOf(name: Node): readonly string[];
  /** The name in the declaration of a variable, by scopes; null if it is not declared in the text. */
  declarationOf(variable: Node): Node | null;
  /** Whether a word is a variable's name that nothing in the text declares: perhaps a member, without its object. */
  isFree(variable: Node): boolean;
  /** Whether a variable is imported, from a module that is not one of these. */
  isImported(variable: Node, but?: RegExp): boolean;
  /** The types that declare a member of that name. */
  ownersOf(name: string): ReadonlySet<Owner>;
  /** The one declaration of a type in the text, by its name; null if there is none, or several. */
  typeNamed(name: string): Node | null;
}

export interface MemberRules {
  /** Nodes that declare a type, with its name in the field `name`. */
  readonly types: ReadonlySet<string>;
  /** An owner is the name of a type, which another file may declare: known there by it, too. */
  readonly ownersAreNames?: true;
  /** null if the name is none of a member there, or of one that may be anybody's. */
  placeOf?(name: Node, around: Around): MemberPlace | null;
  /** The type of which it is a member that is declared there; null if it is none. */
  declares(name: Node, around: Around): Owner | null;
  /** The type of whose member it is a use, where that is sure; else null. */
  uses(name: Node, around: Around): Owner | null;
  /** Nodes, or those around one, that are a member's name and a variable's, which keeps its own. */
  readonly shorthand?: ReadonlySet<string>;
  /** Of these, those that declare the variable. */
  readonly takesOut?: ReadonlySet<string>;
}

/** Whether a node is in that field of its parent. */
export function isField(node: Node, field: string): boolean {
  return node.parent?.childrenForFieldName(field).some(({ id }) => id === node.id) ?? false;
}
