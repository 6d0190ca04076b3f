/** Rust: fields of structs and their values in literals; methods, which may have the name of a field. */
import type { MemberPlace } from './memberPlace.ts';
import { type Around, isField, type MemberRules, type Node } from './rules.ts';

export const rust: MemberRules = {
  types: new Set(['struct_item', 'trait_item']),
  placeOf(name, known): MemberPlace | null {
    const { textOf } = known;
    const { parent } = name;
    const around = parent?.parent ?? null;
    if (parent === null || around === null) return null;
    const method = methodDeclared(name, known);
    if (method !== null) return { kind: 'method', of: method };
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
  declares(name, around) {
    const { textOf } = around;
    const { parent } = name;
    const method = methodDeclared(name, around);
    if (method !== null) return method;
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
        const type = object !== null && isField(name, 'field') ? typeOfObject(object, around) : null;
        return isCalled(parent) ? methodOf(type) : type;
      }
      case 'scoped_identifier': {
        const path = isField(name, 'name') ? parent.childForFieldName('path') : null;
        if (path?.type !== 'identifier') return null;
        return methodOf(around.textOf(path) === 'Self' ? typeAround(name, around.textOf) : around.textOf(path));
      }
      case 'token_tree': {
        const dot = name.previousSibling;
        const object = dot?.type === '.' || (dot && around.textOf(dot) === '.') ? dot.previousSibling : null;
        const isOwn = object?.type === 'self' && !isAfterDot(object, around);
        const type = isOwn ? typeAround(name, around.textOf) : null;
        const behind = name.nextSibling;
        return behind?.type === 'token_tree' && around.textOf(behind).startsWith('(') ? methodOf(type) : type;
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

/** Whose method is declared by a name: of a type, of a trait of this module, or of nothing else; null if none is. */
function methodDeclared(name: Node, { textOf, typeNamed }: Around): string | null {
  const { parent } = name;
  if (!/^function_(?:item|signature_item)$/.test(parent?.type ?? '') || !isField(name, 'name')) return null;
  const body = parent!.parent?.type === 'declaration_list' ? parent!.parent.parent : null;
  if (body?.type === 'trait_item') return methodOf(typeAround(name, textOf));
  if (body?.type !== 'impl_item') return null;
  const trait = body.childForFieldName('trait');
  if (trait === null) return methodOf(typeAround(name, textOf));
  const its = typeIn(trait, null, textOf);
  return its !== null && typeNamed(its)?.type === 'trait_item' ? methodOf(its) : `${body.startIndex}()`;
}

/** A type's owner of methods. */
function methodOf(type: string | null): string | null {
  return type && `${type}()`;
}

function isCalled({ parent, id }: Node): boolean {
  const called = parent?.type === 'generic_function' ? parent : { parent, id };
  return called.parent?.type === 'call_expression' && called.parent.childForFieldName('function')?.id === called.id;
}

function isAfterDot({ previousSibling: before }: Node, { textOf }: Around): boolean {
  return before !== null && textOf(before) === '.';
}

function typeOfObject(object: Node, around: Around): string | null {
  if (object.type === 'self') return typeAround(object, around.textOf);
  const declared = object.type === 'identifier' ? around.declarationOf(object) : null;
  const { parent } = declared ?? {};
  return parent?.type === 'parameter' ? typeIn(parent.childForFieldName('type'), declared!, around.textOf) : null;
}

/** Of a literal or a pattern. */
function typeNamed(node: Node | null, within: Node, textOf: Around['textOf']): string | null {
  return typeIn(node?.childForFieldName('name') ?? node?.childForFieldName('type') ?? null, within, textOf);
}

/** What `self` is: the type of an implementation, or a trait. */
function typeAround(within: Node, textOf: Around['textOf']): string | null {
  for (let { parent } = within; parent !== null; parent = parent.parent)
    if (/^(?:impl|trait)_item$/.test(parent.type))
      return typeIn(parent.childForFieldName(parent.type === 'impl_item' ? 'type' : 'name'), null, textOf);
  return null;
}

/** A type of this module, or a reference to it. */
function typeIn(type: Node | null, within: Node | null, textOf: Around['textOf']): string | null {
  const named = type?.type === 'reference_type' ? type.childForFieldName('type') : type;
  const name = named?.type === 'generic_type' ? named.childForFieldName('type') : named;
  if (name?.type !== 'type_identifier') return null;
  return textOf(name) === 'Self' ? within && typeAround(within, textOf) : textOf(name);
}
