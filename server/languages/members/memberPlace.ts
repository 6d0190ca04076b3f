/** What is known of a member's name at a place. */

export type MemberPlace =
  /** Its declaration in a type; a method's in a class is none, since it may be the same in several. */
  | {
      readonly kind: 'declared';
      /** Offset of the type's body. */
      readonly within: number;
      /** null if it has none. */
      readonly type: string | null;
      /** Of all members. */
      readonly names: ReadonlySet<string>;
      /** A method of an interface that any type may have implemented without a word. */
      readonly isOpen?: true;
    }
  /** A declaration, e.g. a method's, where it is known which others are the same. */
  | {
      readonly kind: 'method';
      /** The type, or what it implements or inherits there. */
      readonly of: Owner;
    }
  /** A key of a literal, or the name of an argument. */
  | {
      readonly kind: 'key';
      /** What gets the literal, e.g. an argument of a function; after a colon, its type. null if nothing tells. */
      readonly of: string | null;
      /** Whether two that are of the same are of one type; `type`: and none that is of another. */
      readonly sure: 'no' | 'same' | 'type';
      /** Of all keys. */
      readonly names: ReadonlySet<string>;
    };

/** A type whose members are told from others: where it stands, or its name. */
export type Owner = string;

/** Of what another file declares: none that has a member declared in this one. */
export const ELSEWHERE = 'elsewhere';

/** A use of a member. `isShort`: it is one word with a variable, which keeps its name. */
export interface MemberUse {
  readonly start: number;
  readonly end: number;
  readonly isDeclaration: boolean;
  readonly isShort: boolean;
}
