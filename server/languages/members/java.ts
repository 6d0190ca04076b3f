/** Java: fields of classes, with their object or without. */
import type { MemberPlace } from './memberPlace.ts';
import { type Around, isField, type MemberRules, type Node } from './rules.ts';

export const java: MemberRules = {
  types: new Set(['class_declaration', 'record_declaration', 'enum_declaration']),
  placeOf(name, { textOf }): MemberPlace | null {
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
