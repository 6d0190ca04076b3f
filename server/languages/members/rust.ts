/** Rust: fields of structs, and their values in literals. */
import type { MemberPlace } from './memberPlace.ts';
import { type Around, isField, type MemberRules, type Node } from './rules.ts';

export const rust: MemberRules = {
  types: new Set(['struct_item']),
  placeOf(name, { textOf }): MemberPlace | null {
    const { parent } = name;
    const around = parent?.parent ?? null;
    if (parent === null || around === null) return null;
    if (parent.type === 'field_declaration' && parent.childForFieldName('name')?.id === name.id) {
      const type = around.parent?.childForFieldName('name') ?? null;
      const names = around.namedChildren.flatMap((child) => child.childForFieldName('name') ?? []).map(textOf);
      return { kind: 'declared', within: around.startIndex, type: type && textOf(type), names: new Set(names) };
    }
    if (parent.type !== 'field_initializer' || parent.childForFieldName('field')?.id !== name.id) return null;
    const type = around.parent?.childForFieldName('name') ?? null;
    const names = around.namedChildren.flatMap((child) => child.childForFieldName('field') ?? child).map(textOf);
    return { kind: 'key', of: type && `:${textOf(type)}`, sure: type === null ? 'no' : 'type', names: new Set(names) };
  },
  declares(name, { textOf }) {
    const { parent } = name;
    const type = parent?.type === 'field_declaration' && isField(name, 'name') ? parent.parent?.parent : null;
    const named = type?.type === 'struct_item' ? type.childForFieldName('name') : null;
    return named && textOf(named);
  },
  uses(name, around) {
    const { parent } = name;
    if (parent === null) return null;
    switch (parent.type) {
      case 'field_expression': {
        const object = parent.childForFieldName('value');
        return object !== null && isField(name, 'field') ? typeOfObject(object, around) : null;
      }
      case 'token_tree': {
        const dot = name.previousSibling;
        const object = dot?.type === '.' || (dot && around.textOf(dot) === '.') ? dot.previousSibling : null;
        const isCalled = name.nextSibling?.type === 'token_tree';
        const isOwn = object?.type === 'self' && !isCalled && !isAfterDot(object, around);
        return isOwn ? typeOfImpl(name, around.textOf) : null;
      }
      case 'field_initializer':
        return isField(name, 'field') ? typeNamed(parent.parent!.parent, name, around.textOf) : null;
      case 'shorthand_field_initializer':
        return typeNamed(parent.parent!.parent, name, around.textOf);
      case 'field_pattern':
        return isField(name, 'name') ? typeNamed(parent.parent, name, around.textOf) : null;
      default:
        return null;
    }
  },
  shorthand: new Set(['shorthand_field_identifier', 'shorthand_field_initializer']),
  takesOut: new Set(['shorthand_field_identifier']),
};

function isAfterDot({ previousSibling: before }: Node, { textOf }: Around): boolean {
  return before !== null && textOf(before) === '.';
}

function typeOfObject(object: Node, around: Around): string | null {
  if (object.type === 'self') return typeOfImpl(object, around.textOf);
  const declared = object.type === 'identifier' ? around.declarationOf(object) : null;
  const { parent } = declared ?? {};
  return parent?.type === 'parameter' ? typeIn(parent.childForFieldName('type'), declared!, around.textOf) : null;
}

/** Of a literal or a pattern. */
function typeNamed(node: Node | null, within: Node, textOf: Around['textOf']): string | null {
  return typeIn(node?.childForFieldName('name') ?? node?.childForFieldName('type') ?? null, within, textOf);
}

function typeOfImpl(within: Node, textOf: Around['textOf']): string | null {
  for (let { parent } = within; parent !== null; parent = parent.parent)
    if (parent.type === 'impl_item') return typeIn(parent.childForFieldName('type'), null, textOf);
  return null;
}

/** A type of this module, or a reference to it. */
function typeIn(type: Node | null, within: Node | null, textOf: Around['textOf']): string | null {
  const named = type?.type === 'reference_type' ? type.childForFieldName('type') : type;
  const name = named?.type === 'generic_type' ? named.childForFieldName('type') : named;
  if (name?.type !== 'type_identifier') return null;
  return textOf(name) === 'Self' ? within && typeOfImpl(within, textOf) : textOf(name);
}
