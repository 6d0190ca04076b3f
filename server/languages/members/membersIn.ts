/** Members' names in a text, by its syntax tree. */
import type { NamesIn, NameUse } from '../names/index.ts';
import { isDeepAt } from '../treeDepth.ts';
import type { MemberPlace, MemberUse, Owner } from './memberPlace.ts';
import type { Around, MemberRules, Node } from './rules.ts';

/** With more, a name takes longer than a typing pause. */
const MOST_USES = 400;
const NAME = /^[\p{L}\p{N}_$]+$/u;

export class MembersIn {
  readonly #text: string;
  readonly #root: Node;
  readonly #names: NamesIn;
  readonly #rules: MemberRules;
  readonly #types = new Map<string, Node | null>();
  readonly #owners = new Map<string, ReadonlySet<Owner>>();
  #renamed: readonly string[] = [];

  constructor(text: string, root: Node, names: NamesIn, rules: MemberRules) {
    this.#text = text;
    this.#root = root;
    this.#names = names;
    this.#rules = rules;
  }

  /** From now on, two names are one: of a member, some places have the old one, and some the new. */
  whileRenaming(from: string, to: string): void {
    this.#renamed = [from, to].every((name) => NAME.test(name)) ? [from, to] : [];
    this.#owners.clear();
  }

  /** What a name is at a place; null if it is no member's declaration or key. */
  placeAt(start: number, end: number): MemberPlace | null {
    const node = this.#nodeAt(start, end);
    return (node && this.#rules.placeOf?.(node, this.#around)) ?? null;
  }

  /** Whether one word is a member's name there and declares a variable. */
  isTakenOut(start: number, end: number): boolean {
    const node = this.#nodeAt(start, end);
    return node !== null && (this.#rules.takesOut?.has(node.type) ?? false);
  }

  /** The type of which a member is declared at a place; null for none. */
  declaredAt(start: number, end: number): Owner | null {
    const node = this.#nodeAt(start, end);
    return node && this.#rules.declares(node, this.#around);
  }

  /** The type of whose member it is a sure use, and no declaration, at a place; null for none. */
  usedAt(start: number, end: number): Owner | null {
    const node = this.#nodeAt(start, end);
    if (node === null || this.#rules.declares(node, this.#around) !== null) return null;
    return this.#rules.uses(node, this.#around);
  }

  /** Likewise of a declaration too. */
  ownerAt(start: number, end: number): Owner | null {
    return this.declaredAt(start, end) ?? this.usedAt(start, end);
  }

  /** Whether an owner is the name of a type, which files share. */
  get ownersAreNames(): boolean {
    return this.#rules.ownersAreNames === true;
  }

  /** Whether the text declares a type with one name. */
  hasType(name: string): boolean {
    return this.#around.typeNamed(name) !== null;
  }

  /** The types that declare a member of that name. */
  ownersOf(name: string): ReadonlySet<Owner> {
    return this.#around.ownersOf(name);
  }

  /** Whether an interface declares a method of that name. */
  isOpen(name: string): boolean {
    return (this.#placesOf(name) ?? []).some((start) => {
      const place = this.placeAt(start, start + name.length);
      return place?.kind === 'declared' && place.isOpen === true;
    });
  }

  /** The declarations and sure uses of a type's member of that name, in order; null if the name occurs too often. */
  usesOf(owner: Owner, name: string): readonly MemberUse[] | null {
    return (
      this.#placesOf(name)?.flatMap((start): MemberUse[] => {
        const end = start + name.length;
        const node = this.#nodeAt(start, end);
        if (node === null) return [];
        const isDeclaration = this.#rules.declares(node, this.#around) === owner;
        if (!isDeclaration && this.#rules.uses(node, this.#around) !== owner) return [];
        return [{ start, end, isDeclaration, isShort: this.#isShort(node) }];
      }) ?? null
    );
  }

  /** Whether a variable of another name is seen at a place of `name`, where a member stands without its object. */
  isTakenAt(start: number, name: string, other: string): boolean {
    const use = this.#useAt(start, name);
    if (use === null) return false;
    const others = this.#names.uses(other) ?? this.#names.uses(other, { near: start });
    return others?.some(({ binding }) => binding !== null && use.scopes.includes(binding.scope)) ?? true;
  }

  /** null if there are too many. */
  #placesOf(name: string): readonly number[] | null {
    const found: number[] = [];
    for (let at = this.#text.indexOf(name); at >= 0; at = this.#text.indexOf(name, at + name.length)) {
      if (found.length === MOST_USES) return null;
      found.push(at);
    }
    return found;
  }

  #useAt(start: number, name: string): NameUse | null {
    const uses = this.#names.uses(name) ?? this.#names.uses(name, { near: start });
    return uses?.find((use) => use.start === start) ?? null;
  }

  /** null if no node has exactly this text, but for the sign of a private name. */
  #nodeAt(start: number, end: number): Node | null {
    if (isDeepAt(this.#root, start)) return null;
    const node = this.#root.descendantForIndex(start, end);
    const isIt =
      node.endIndex === end && (node.startIndex === start || /^[#$]$/.test(this.#text.slice(node.startIndex, start)));
    return isIt ? node : null;
  }

  readonly #around: Around = {
    textOf: (node) => this.#text.slice(node.startIndex, node.endIndex),
    spellingsOf: ({ startIndex: start, endIndex: end }) => {
      const name = this.#text.slice(start, end);
      return this.#renamed.includes(name) ? this.#renamed : [name];
    },
    declarationOf: (variable) => {
      const { startIndex: start, endIndex: end } = variable;
      const uses = this.#names.uses(this.#text.slice(start, end), { near: start });
      const binding = uses?.find((use) => use.start === start)?.binding;
      if (!binding || binding.imported) return null;
      return this.#root.descendantForIndex(binding.first, binding.first + end - start);
    },
    isFree: ({ startIndex: start, endIndex: end }) => {
      const use = this.#useAt(start, this.#text.slice(start, end));
      return use?.kind === 'refers' && use.binding === null;
    },
    isImported: ({ startIndex: start, endIndex: end }, but) => {
      const binding = this.#useAt(start, this.#text.slice(start, end))?.binding;
      if (!binding?.imported) return false;
      return !binding.modules.some((module) => module !== null && but?.test(module));
    },
    ownersOf: (name) => {
      let owners = this.#owners.get(name);
      if (owners === undefined) {
        const nodes = (this.#placesOf(name) ?? []).flatMap((start) => this.#nodeAt(start, start + name.length) ?? []);
        owners = new Set(nodes.flatMap((node) => this.#rules.declares(node, this.#around) ?? []));
        this.#owners.set(name, owners);
      }
      return owners;
    },
    typeNamed: (name) => {
      let type = this.#types.get(name);
      if (type === undefined) {
        const declared = (this.#names.uses(name) ?? []).flatMap(({ start, end, kind }) => {
          const at = kind === 'declares' ? this.#root.descendantForIndex(start, end) : null;
          return at?.parent && at.parent.childForFieldName('name')?.id === at.id ? [at.parent] : [];
        });
        type = declared.length === 1 && this.#rules.types.has(declared[0]!.type) ? declared[0]! : null;
        this.#types.set(name, type);
      }
      return type;
    },
  };

  #isShort({ type, parent }: Node): boolean {
    const { shorthand } = this.#rules;
    return shorthand !== undefined && (shorthand.has(type) || shorthand.has(parent?.type ?? ''));
  }
}
