/** Members' names in a text, by its syntax tree. */
import type { NamesIn } from '../names/index.ts';
import { isDeepAt } from '../treeDepth.ts';
import type { MemberPlace, MemberUse, Owner } from './memberPlace.ts';
import type { Around, MemberRules, Node } from './rules.ts';

/** With more, a name takes longer than a typing pause. */
const MOST_USES = 400;

export class MembersIn {
  readonly #text: string;
  readonly #root: Node;
  readonly #names: NamesIn;
  readonly #rules: MemberRules;
  readonly #types = new Map<string, Node | null>();

  constructor(text: string, root: Node, names: NamesIn, rules: MemberRules) {
    this.#text = text;
    this.#root = root;
    this.#names = names;
    this.#rules = rules;
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

  /** The declarations and sure uses of a type's member of that name, in order; null if the name occurs too often. */
  usesOf(owner: Owner, name: string): readonly MemberUse[] | null {
    const found: MemberUse[] = [];
    let places = 0;
    for (let start = this.#text.indexOf(name); start >= 0; start = this.#text.indexOf(name, start + name.length)) {
      if (++places > MOST_USES) return null;
      const end = start + name.length;
      const node = this.#nodeAt(start, end);
      if (node === null) continue;
      const isDeclaration = this.#rules.declares(node, this.#around) === owner;
      if (isDeclaration || this.#rules.uses(node, this.#around) === owner)
        found.push({ start, end, isDeclaration, isShort: this.#isShort(node) });
    }
    return found;
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
    declarationOf: (variable) => {
      const { startIndex: start, endIndex: end } = variable;
      const uses = this.#names.uses(this.#text.slice(start, end), { near: start });
      const binding = uses?.find((use) => use.start === start)?.binding;
      if (!binding || binding.imported) return null;
      return this.#root.descendantForIndex(binding.first, binding.first + end - start);
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
