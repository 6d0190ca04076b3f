/** Go: fields of structs and the keys of their literals; methods, of types and of interfaces. */
import { ELSEWHERE, type MemberPlace } from './memberPlace.ts';
import { type Around, isField, type MemberRules, type Node } from './rules.ts';

type Declared = Extract<MemberPlace, { kind: 'declared' }>;

export const go: MemberRules = {
  types: new Set(['type_spec']),
  ownersAreNames: true,
  placeOf(name, { textOf }): MemberPlace | null {
    const { parent } = name;
    if (parent?.type === 'field_declaration' || parent?.type === 'method_elem') {
      const body = parent.parent;
      const type = (body?.type === 'field_declaration_list' ? body.parent : body)?.parent?.childForFieldName('name');
      const place = body && declared(body, type ? textOf(type) : null, textOf);
      return place && parent.type === 'method_elem' ? { ...place, isOpen: true } : place;
    }
    if (parent?.type === 'method_declaration' && isField(name, 'name'))
      return { kind: 'method', of: typeIn(receiverOf(parent), textOf) ?? String(parent.startIndex) };
    const keyed = parent?.type === 'literal_element' ? parent.parent : null;
    if (keyed?.type !== 'keyed_element' || keyed.childForFieldName('key')?.id !== parent?.id) return null;
    const literal = keyed.parent!;
    const names = literal.namedChildren.flatMap((child) => child.childForFieldName('key') ?? []).map(textOf);
    const type = literal.parent?.type === 'composite_literal' ? literal.parent.childForFieldName('type') : null;
    return { kind: 'key', of: type && `:${textOf(type)}`, sure: type === null ? 'no' : 'type', names: new Set(names) };
  },
  declares(name, { textOf }) {
    const { parent } = name;
    if (!isField(name, 'name')) return null;
    if (parent?.type === 'method_declaration') return typeIn(receiverOf(parent), textOf);
    const body =
      parent?.type === 'field_declaration'
        ? parent.parent?.parent
        : parent?.type === 'method_elem'
          ? parent.parent
          : null;
    const type = body?.parent?.type === 'type_spec' ? body.parent.childForFieldName('name') : null;
    return type ? textOf(type) : null;
  },
  uses(name, around) {
    const { parent } = name;
    if (parent?.type === 'qualified_type') return ELSEWHERE;
    if (parent?.type === 'selector_expression' && isField(name, 'field')) {
      const object = parent.childForFieldName('operand');
      if (object?.type === 'identifier' && isPackage(object, around)) return ELSEWHERE;
      const declaration = object?.type === 'identifier' ? around.declarationOf(object) : null;
      return declaration && typeOf(declaration, around);
    }
    const keyed = parent?.type === 'literal_element' && isField(parent, 'key') ? parent.parent : null;
    const literal = keyed?.parent?.parent;
    return literal?.type === 'composite_literal' ? typeIn(literal.childForFieldName('type'), around.textOf) : null;
  },
};

function receiverOf(method: Node): Node | null {
  return method.childForFieldName('receiver')?.namedChildren[0]?.childForFieldName('type') ?? null;
}

/** Of a variable, where its declaration says it. */
function typeOf(declared: Node, { textOf }: Around): string | null {
  const { parent } = declared;
  if (parent?.type === 'parameter_declaration' || parent?.type === 'var_spec')
    return typeIn(parent.childForFieldName('type'), textOf);
  const made = parent?.type === 'expression_list' ? parent.parent : null;
  const value = made?.type === 'short_var_declaration' ? made.childForFieldName('right') : null;
  if (parent?.namedChildCount !== 1 || value?.namedChildCount !== 1) return null;
  const [first] = value.namedChildren;
  const literal =
    first?.type === 'unary_expression' && textOf(first).startsWith('&') ? first.childForFieldName('operand') : first;
  return literal?.type === 'composite_literal' ? typeIn(literal.childForFieldName('type'), textOf) : null;
}

/** By the imports, which say a package's name or end with it. */
function isPackage(object: Node, { textOf, isFree }: Around): boolean {
  const imports = object.tree.rootNode.namedChildren.filter(({ type }) => type === 'import_declaration');
  const name = new RegExp(`[\\s("/]${textOf(object)}(?:\\s*"|$)`, 'm');
  return imports.some((one) => name.test(textOf(one))) && isFree(object);
}

/** A type, perhaps of another package, or a pointer to it. */
function typeIn(type: Node | null, textOf: Around['textOf']): string | null {
  const pointed = type?.type === 'pointer_type' ? (type.namedChildren[0] ?? null) : type;
  const name = pointed?.type === 'generic_type' ? pointed.childForFieldName('type') : pointed;
  return name?.type === 'type_identifier' || name?.type === 'qualified_type' ? textOf(name) : null;
}

function declared(body: Node, type: string | null, textOf: (node: Node) => string): Declared {
  const names = body.namedChildren.flatMap((child) => child.childrenForFieldName('name')).map(textOf);
  return { kind: 'declared', within: body.startIndex, type, names: new Set(names) };
}
