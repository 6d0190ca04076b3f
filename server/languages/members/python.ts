/** Python: what `self` is assigned, and what a class is. */
import { type Around, isField, type MemberRules, type Node } from './rules.ts';

const PATTERN = /^(?:pattern_list|tuple_pattern|list_pattern)$/;

export const python: MemberRules = {
  types: new Set(['class_definition']),
  declares(name, around) {
    const { parent } = name;
    if (parent === null) return null;
    if (parent.type === 'attribute') return isAssigned(parent) ? ownerOfAttribute(name, around) : null;
    const statement = isField(name, 'left') && parent.type === 'assignment' ? parent.parent : null;
    const block = statement?.type === 'expression_statement' ? statement.parent : null;
    return block?.parent?.type === 'class_definition' ? ownerOf(block.parent) : null;
  },
  uses(name, around) {
    return name.parent?.type === 'attribute' ? ownerOfAttribute(name, around) : null;
  },
};

function isAssigned(target: Node): boolean {
  let at = target;
  while (at.parent !== null && PATTERN.test(at.parent.type)) at = at.parent;
  return at.parent?.type === 'assignment' && isField(at, 'left');
}

function ownerOf({ startIndex }: Node): string {
  return String(startIndex);
}

function ownerOfAttribute(name: Node, around: Around): string | null {
  const object = isField(name, 'attribute') ? name.parent!.childForFieldName('object') : null;
  return object?.type === 'identifier' ? ownerOfObject(object, around) : null;
}

/** Of the first parameter of a method. */
function ownerOfObject(object: Node, around: Around): string | null {
  const declared = around.declarationOf(object);
  const parameters = declared?.parent?.type === 'parameters' ? declared.parent : null;
  if (declared === null || parameters?.namedChildren[0]?.id !== declared.id) return null;
  const method = parameters.parent!;
  const decorated = method.parent?.type === 'decorated_definition' ? method.parent : null;
  const isStatic = decorated?.namedChildren.some(
    (child) => child.type === 'decorator' && around.textOf(child) === '@staticmethod',
  );
  const type = (decorated ?? method).parent?.parent;
  return type?.type === 'class_definition' && isStatic !== true ? ownerOf(type) : null;
}
