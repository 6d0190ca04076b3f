/** Python: methods, what `self` is assigned, and what a class declares; what a base in the same file has, too, is that one's. */
import { ELSEWHERE, type MemberPlace, type Owner } from './memberPlace.ts';
import { type Around, isField, type MemberRules, type Node } from './rules.ts';

const PATTERN = /^(?:pattern_list|tuple_pattern|list_pattern)$/;
/** These make a copy with other values: whose, their first argument says. */
const COPIES = /(?:^|[._])(?:replace|copy|evolve)$/;
const BUILT_IN = /^(?:str|bytes|int|float|bool|complex|dict|list|set|frozenset|tuple)$/;
const TYPING = /^typing(?:_extensions)?$/;
/** Bases of bases that are looked up. */
const MOST_BASES = 8;

export const python: MemberRules = {
  types: new Set(['class_definition']),
  placeOf(name, around): MemberPlace | null {
    const of = this.declares(name, around);
    return of === null ? null : { kind: 'method', of };
  },
  declares(name, around) {
    const { parent } = name;
    if (parent?.type === 'attribute') {
      const type = isAssigned(parent) ? classOfAttribute(name, around) : null;
      return type && ownerIn(type, name, around);
    }
    const type = classDeclaring(name);
    return type && ownerIn(type, name, around);
  },
  uses(name, around) {
    switch (name.parent?.type) {
      case 'attribute':
        return isField(name, 'attribute') ? ownerOfUsed(name, name.parent, around) : null;
      case 'keyword_argument':
        return isField(name, 'name') ? ownerOfArgument(name, name.parent.parent?.parent ?? null, around) : null;
      default:
        return null;
    }
  },
};

function isAssigned(target: Node): boolean {
  let at = target;
  while (at.parent !== null && PATTERN.test(at.parent.type)) at = at.parent;
  return at.parent?.type === 'assignment' && isField(at, 'left');
}

/** The class whose method or attribute is declared by a name in its body. */
function classDeclaring(name: Node): Node | null {
  const { parent } = name;
  const isMethod = parent?.type === 'function_definition' && isField(name, 'name');
  const isValue = parent?.type === 'assignment' && isField(name, 'left');
  const statement = isMethod ? withDecorators(parent) : isValue ? parent.parent : null;
  const block = statement?.parent?.type === 'block' ? statement.parent : null;
  return block?.parent?.type === 'class_definition' ? block.parent : null;
}

/** A definition with its decorators. */
function withDecorators(definition: Node): Node {
  return definition.parent?.type === 'decorated_definition' ? definition.parent : definition;
}

/** The farthest of a class and its bases in the text that has a member; the class itself if none has. */
function ownerIn(type: Node, name: Node, around: Around): Owner {
  const word = `(?:${around.spellingsOf(name).join('|')})`;
  const declares = new RegExp(
    `^[ \\t]+(?:(?:async\\s+)?def\\s+${word}\\b|${word}\\s*[:=](?!=)|self\\.${word}\\s*(?::[^=\\n]+)?=(?!=))`,
    'mu',
  );
  const having = [...withBases(type, around)].findLast((one) => declares.test(around.textOf(one)));
  return ownerOf(having ?? type);
}

/** From a class to those that it inherits from, as far as the text has them. */
function withBases(type: Node, around: Around): Set<Node> {
  const found = new Map([[type.id, type]]);
  for (const one of found.values()) {
    const bases = one.childForFieldName('superclasses')?.namedChildren ?? [];
    for (const base of bases) {
      const its = base.type === 'identifier' ? around.typeNamed(around.textOf(base)) : null;
      if (its !== null && found.size < MOST_BASES && !found.has(its.id)) found.set(its.id, its);
    }
  }
  return new Set(found.values());
}

function ownerOf({ startIndex }: Node): Owner {
  return String(startIndex);
}

/** Of a keyword: of a class without a constructor of its own, the attribute; of other calls, a parameter. */
function ownerOfArgument(name: Node, call: Node | null, around: Around): Owner | null {
  const called = call?.type === 'call' ? call.childForFieldName('function') : null;
  if (called === null || COPIES.test(around.textOf(called))) return null;
  // A constructor without a body of its own assigns what it is given.
  if (/^super\(\)/.test(around.textOf(called))) return null;
  if (called.type !== 'identifier') return ELSEWHERE;
  const type = around.typeNamed(around.textOf(called)) ?? classOfSelf(called, around);
  return type === null || hasConstructor(type, around) ? ELSEWHERE : ownerIn(type, name, around);
}

function hasConstructor(type: Node, around: Around): boolean {
  return [...withBases(type, around)].some((one) => /^[ \t]+def\s+__init__\b/m.test(around.textOf(one)));
}

function classOfAttribute(name: Node, around: Around): Node | null {
  const object = isField(name, 'attribute') ? name.parent!.childForFieldName('object') : null;
  return object?.type === 'identifier' ? classOfSelf(object, around) : null;
}

function ownerOfUsed(name: Node, attribute: Node, around: Around): Owner | null {
  const object = attribute.childForFieldName('object');
  if (object === null) return null;
  const type = object.type === 'identifier' ? classOfSelf(object, around) : null;
  if (type !== null) return ownerIn(type, name, around);
  const its = typeOfObject(object, around);
  return its === null || its === ELSEWHERE ? its : ownerIn(its, name, around);
}

type Type = Node | typeof ELSEWHERE;

/** Of a name, or of a path that begins with an imported one. */
function typeOfObject(object: Node, around: Around): Type | null {
  if (object.type === 'attribute') {
    const inner = object.childForFieldName('object');
    const type = inner?.type === 'identifier' ? classOfSelf(inner, around) : null;
    if (type !== null) return typeSaid(annotationIn(type, object.childForFieldName('attribute')!, around), around);
    let root = inner;
    while (root?.type === 'attribute') root = root.childForFieldName('object');
    return root?.type === 'identifier' && around.isImported(root) ? ELSEWHERE : null;
  }
  if (object.type !== 'identifier') return null;
  if (around.isImported(object)) return ELSEWHERE;
  const declared = around.declarationOf(object);
  const parent = declared?.parent ?? null;
  switch (parent?.type) {
    case 'class_definition':
      return isField(declared!, 'name') ? parent : null;
    case 'typed_parameter':
    case 'typed_default_parameter':
      return typeSaid(parent.childForFieldName('type'), around);
    case 'assignment':
      return typeSaid(parent.childForFieldName('type'), around) ?? typeMade(parent, around);
    default:
      return null;
  }
}

/** What a class says that its attribute is. */
function annotationIn(type: Node, attribute: Node, { textOf }: Around): Node | null {
  const word = textOf(attribute);
  for (const statement of type.childForFieldName('body')?.namedChildren ?? []) {
    const assigned = statement.type === 'expression_statement' ? statement.namedChildren[0] : null;
    const left = assigned?.type === 'assignment' ? assigned.childForFieldName('left') : null;
    if (left?.type === 'identifier' && textOf(left) === word) return assigned!.childForFieldName('type');
  }
  return null;
}

/** By the call of a class. */
function typeMade(assignment: Node, around: Around): Type | null {
  const value = assignment.childForFieldName('right');
  const called = value?.type === 'call' ? value.childForFieldName('function') : null;
  if (called?.type !== 'identifier') return null;
  const isClass = /^_*\p{Lu}/u.test(around.textOf(called));
  return around.typeNamed(around.textOf(called)) ?? (isClass && around.isImported(called) ? ELSEWHERE : null);
}

/** By an annotation; null if it does not tell. */
function typeSaid(annotation: Node | null, around: Around): Type | null {
  const { textOf } = around;
  switch (annotation?.type) {
    case 'type':
      return typeSaid(annotation.namedChildren[0] ?? null, around);
    case 'identifier': {
      const word = textOf(annotation);
      if (BUILT_IN.test(word)) return ELSEWHERE;
      return around.typeNamed(word) ?? (around.isImported(annotation, TYPING) ? ELSEWHERE : null);
    }
    case 'attribute': {
      const root = annotation.childForFieldName('object');
      return root?.type === 'identifier' && around.isImported(root, TYPING) ? ELSEWHERE : null;
    }
    case 'string': {
      const word = textOf(annotation).slice(1, -1);
      return /^\w+$/.test(word) ? around.typeNamed(word) : null;
    }
    case 'binary_operator': {
      const [one, other] = annotation.namedChildren;
      return other?.type === 'none' ? typeSaid(one!, around) : null;
    }
    case 'generic_type': {
      const [generic, given] = annotation.namedChildren;
      if (generic === undefined) return null;
      if (textOf(generic) !== 'Optional') return typeSaid(generic, around);
      return typeSaid(given?.namedChildren[0] ?? null, around);
    }
    default:
      return null;
  }
}

/** The class whose object, or which itself, a variable is: the first parameter of its method. */
function classOfSelf(object: Node, around: Around): Node | null {
  const declared = around.declarationOf(object);
  const parameters = declared?.parent?.type === 'parameters' ? declared.parent : null;
  if (declared === null || parameters?.namedChildren[0]?.id !== declared.id) return null;
  const method = parameters.parent!;
  const whole = withDecorators(method);
  const isStatic = whole.namedChildren.some(
    (child) => child.type === 'decorator' && around.textOf(child) === '@staticmethod',
  );
  const type = whole.parent?.parent;
  return type?.type === 'class_definition' && !isStatic ? type : null;
}
