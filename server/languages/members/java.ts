/** Java: fields of classes, with their object or without; methods where they are declared. */
import type { MemberPlace, Owner } from './memberPlace.ts';
import { type Around, isField, type MemberRules, type Node } from './rules.ts';

const BASES = /^(?:superclass|super_interfaces|extends_interfaces)$/;
/** Bases of bases that are looked up. */
const MOST_BASES = 8;

export const java: MemberRules = {
  types: new Set(['class_declaration', 'record_declaration', 'enum_declaration', 'interface_declaration']),
  placeOf(name, around): MemberPlace | null {
    const { textOf } = around;
    const method = name.parent?.type === 'method_declaration' && isField(name, 'name') ? name.parent : null;
    if (method !== null) return { kind: 'method', of: ownerOfMethod(method, name, around) };
    const body = bodyDeclaring(name);
    if (!body) return null;
    const type = body.parent?.childForFieldName('name') ?? null;
    const fields = body.namedChildren.flatMap((child) => child.childrenForFieldName('declarator'));
    const names = fields.flatMap((one) => one.childForFieldName('name') ?? []).map(textOf);
    return { kind: 'declared', within: body.startIndex, type: type && textOf(type), names: new Set(names) };
  },
  declares(name) {
    return ownerOf(bodyDeclaring(name));
  },
  uses(name, around) {
    const { textOf, typeNamed, declarationOf } = around;
    const { parent } = name;
    if (!(parent?.type === 'field_access' && isField(name, 'field'))) return ownerOfBare(name, around);
    const object = parent.childForFieldName('object');
    if (object?.type === 'this') return ownerOf(bodyAround(object));
    if (object?.type !== 'identifier') return null;
    const declaration = declarationOf(object)?.parent ?? null;
    const declared = declaration?.type === 'variable_declarator' ? declaration.parent : declaration;
    const type = declared?.childForFieldName('type') ?? null;
    const named = type?.type === 'generic_type' ? (type.namedChildren[0] ?? null) : type;
    return named?.type === 'type_identifier'
      ? ownerOf(typeNamed(textOf(named))?.childForFieldName('body') ?? null)
      : null;
  },
};

/** Of the type that declares a field by this name. */
function bodyDeclaring(name: Node): Node | null {
  const field = name.parent?.type === 'variable_declarator' && isField(name, 'name') ? name.parent.parent : null;
  return field?.type === 'field_declaration' ? field.parent : null;
}

function ownerOf(body: Node | null): string | null {
  return body && String(body.startIndex);
}

/** The farthest of a class and what it extends or implements in the text that declares a method of that name. */
function ownerOfMethod(method: Node, name: Node, around: Around): Owner {
  const names = around.spellingsOf(name);
  const own = method.parent!;
  const found = new Map([[own.id, own]]);
  let owner = own;
  for (const body of found.values()) {
    const isDeclared = body.namedChildren.some(
      (child) =>
        child.type === 'method_declaration' && names.includes(around.textOf(child.childForFieldName('name') ?? child)),
    );
    if (isDeclared) owner = body;
    for (const base of basesOf(body)) {
      const its = around.typeNamed(around.textOf(base))?.childForFieldName('body');
      if (its && found.size < MOST_BASES) found.set(its.id, its);
    }
  }
  return String(owner.startIndex);
}

/** The names of types that a class or an interface, or the object of a class without a name, is one of. */
function basesOf({ parent }: Node): Node[] {
  if (parent?.type === 'object_creation_expression') return [parent.childForFieldName('type')!];
  const heads = parent?.namedChildren.filter(({ type }) => BASES.test(type)) ?? [];
  const types = heads.flatMap((head) =>
    head.namedChildren.flatMap((one) => (one.type === 'type_list' ? one.namedChildren : one)),
  );
  return types.map((type) => (type.type === 'generic_type' ? type.namedChildren[0]! : type));
}

/** Of the class around that declares it, unless one between may have it from another. */
function ownerOfBare(name: Node, { textOf, isFree, ownersOf }: Around): string | null {
  if (name.type !== 'identifier') return null;
  const owners = ownersOf(textOf(name));
  if (owners.size === 0 || !isFree(name)) return null;
  for (let body = bodyAround(name); body !== null; body = bodyAround(body)) {
    const owner = String(body.startIndex);
    if (owners.has(owner)) return owner;
    if (body.parent?.type !== 'class_declaration' || body.parent.childForFieldName('superclass')) return null;
  }
  return null;
}

function bodyAround(node: Node): Node | null {
  let at = node.parent;
  while (at !== null && !/^(?:class|enum)_body$/.test(at.type)) at = at.parent;
  return at;
}
