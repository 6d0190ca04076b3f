/** Java: fields of classes. */
import { isField, type MemberRules, type Node } from './rules.ts';

export const java: MemberRules = {
  types: new Set(['class_declaration', 'record_declaration', 'enum_declaration']),
  declares(name) {
    const field = name.parent?.type === 'variable_declarator' && isField(name, 'name') ? name.parent.parent : null;
    return field?.type === 'field_declaration' ? ownerOf(field.parent) : null;
  },
  uses(name, { textOf, typeNamed, declarationOf }) {
    const { parent } = name;
    const object =
      parent?.type === 'field_access' && isField(name, 'field') ? parent.childForFieldName('object') : null;
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

function ownerOf(body: Node | null): string | null {
  return body && String(body.startIndex);
}

function bodyAround(node: Node): Node | null {
  let at = node.parent;
  while (at !== null && !/^(?:class|enum)_body$/.test(at.type)) at = at.parent;
  return at;
}
