/** JavaScript, TypeScript and their JSX. */
import { ELSEWHERE, type MemberPlace } from './memberPlace.ts';
import { type Around, isField, type MemberRules, type Node } from './rules.ts';

const DECLARES: ReadonlySet<string> = new Set([
  'property_signature',
  'method_signature',
  'public_field_definition',
  'field_definition',
  'enum_assignment',
  'enum_body',
]);
/** Said about anything. */
const UNTELLING = /^(?:any|unknown|const|object|never)$/;
/** Calls in tests that take anything. */
const TAKES_ALL = /^(?:expect\b|assert\b)|\bmock\w*$/;
const BUILT_IN = /^(?:Array|Date|JSON|Math|Number|Object|Promise|Reflect|String|Symbol|console|process)$/;
/** Of the repository, not of a package: by a relative path or an alias. */
const OWN_MODULE = /^['"]?(?:\.|[@~#]?\/|#)/;
/** Levels of a literal in others that are looked through. */
const MOST_AROUND = 6;

export const javascript: MemberRules = {
  types: new Set([
    'class_declaration',
    'abstract_class_declaration',
    'interface_declaration',
    'type_alias_declaration',
  ]),
  placeOf,
  declares: ownerDeclaring,
  uses: ownerOfUsed,
  shorthand: new Set(['shorthand_property_identifier', 'shorthand_property_identifier_pattern']),
  takesOut: new Set(['shorthand_property_identifier_pattern']),
};

function placeOf(name: Node, { textOf }: Around): MemberPlace | null {
  const { parent } = name;
  if (parent === null) return null;
  const isKey =
    (parent.type === 'pair' && parent.childForFieldName('key')?.id === name.id) ||
    (parent.type === 'method_definition' && parent.parent?.type === 'object');
  if (isKey) {
    const literal = parent.parent!;
    return { kind: 'key', ...goalOf(literal, textOf, MOST_AROUND), names: namesIn(literal, textOf) };
  }
  const isItsName = parent.type === 'enum_body' || parent.childForFieldName('name')?.id === name.id;
  if (!DECLARES.has(parent.type) || !isItsName) return null;
  const body = parent.type === 'enum_body' ? parent : parent.parent;
  // An overload of a class's method.
  if (body === null || (parent.type === 'method_signature' && body.type === 'class_body')) return null;
  const type = body.parent?.childForFieldName('name') ?? null;
  return {
    kind: 'declared',
    within: body.startIndex,
    type: type && textOf(type),
    names: namesIn(body, textOf),
  };
}

function namesIn(body: Node, textOf: Around['textOf']): ReadonlySet<string> {
  const names = body.namedChildren.flatMap((child) => {
    const name = child.childForFieldName('key') ?? child.childForFieldName('name');
    if (name !== null) return [textOf(name)];
    return /^(?:shorthand_property_identifier|property_identifier)$/.test(child.type) ? [textOf(child)] : [];
  });
  return new Set(names);
}

type Goal = Pick<Extract<MemberPlace, { kind: 'key' }>, 'of' | 'sure'>;

const NOWHERE: Goal = { of: null, sure: 'no' };

/** What gets the value of a literal. */
function goalOf(value: Node, textOf: Around['textOf'], levels: number): Goal {
  const around = value.parent;
  if (around === null || levels === 0) return NOWHERE;
  const within = (said: string, outer: Goal): Goal => ({ of: `${said}${outer.of ?? ''}`, sure: outer.sure });
  switch (around.type) {
    case 'arguments': {
      const called = around.parent?.childForFieldName('function') ?? around.parent?.childForFieldName('constructor');
      const callee = called ? textOf(called).replace(/\s+/g, '') : '';
      if (callee === '' || TAKES_ALL.test(callee)) return NOWHERE;
      const at = around.namedChildren.findIndex(({ id }) => id === value.id);
      return { of: `${callee}(${at})`, sure: 'same' };
    }
    case 'array': {
      const outer = goalOf(around, textOf, levels - 1);
      return outer.of === null ? NOWHERE : within('[]', outer);
    }
    case 'pair': {
      const key = around.childForFieldName('key');
      return key === null || around.parent === null
        ? NOWHERE
        : within(`.${textOf(key)}`, goalOf(around.parent, textOf, levels - 1));
    }
    case 'variable_declarator':
    case 'assignment_pattern':
    case 'public_field_definition':
      return typed(around.childForFieldName('type'), textOf);
    case 'as_expression':
    case 'satisfies_expression':
      return typed(around.namedChildren[1] ?? null, textOf);
    case 'assignment_expression': {
      const left = around.childForFieldName('left');
      return left === null ? NOWHERE : { of: `${textOf(left)}=`, sure: 'same' };
    }
    case 'parenthesized_expression':
    case 'ternary_expression':
    case 'spread_element':
      return goalOf(around, textOf, levels - 1);
    case 'return_statement':
    case 'arrow_function':
      return { of: 'returned', sure: 'no' };
    default:
      return NOWHERE;
  }
}

function typed(annotation: Node | null, textOf: Around['textOf']): Goal {
  const type = annotation === null ? '' : textOf(annotation).replace(/^:/, '').trim();
  return type === '' || UNTELLING.test(type) ? NOWHERE : { of: `:${type}`, sure: 'same' };
}

const IN_CLASS: ReadonlySet<string> = new Set([
  'public_field_definition',
  'field_definition',
  'method_definition',
  'method_signature',
  'abstract_method_signature',
]);

function ownerDeclaring(name: Node): string | null {
  const { parent } = name;
  if (parent === null) return null;
  const body = parent.parent;
  if (parent.type === 'required_parameter') {
    const isProperty =
      parent.namedChildren.some(({ type }) => type === 'accessibility_modifier') || hasWord(parent, 'readonly');
    const around = isProperty && isField(name, 'pattern') ? body?.parent?.parent : null;
    return around?.type === 'class_body' ? ofClass(around, false) : null;
  }
  if (body === null || !(isField(name, 'name') || isField(name, 'property'))) return null;
  if (body.type === 'class_body' && IN_CLASS.has(parent.type)) return ofClass(body, hasWord(parent, 'static'));
  if (!/^(?:property|method)_signature$/.test(parent.type)) return null;
  return body.type === 'interface_body' || body.parent?.type === 'type_alias_declaration' ? ofBody(body) : null;
}

function ownerOfUsed(name: Node, around: Around): string | null {
  const { parent } = name;
  if (parent === null) return null;
  switch (parent.type) {
    case 'member_expression': {
      const object = parent.childForFieldName('object');
      return object !== null && isField(name, 'property') ? ownerOfObject(object, around) : null;
    }
    case 'object':
      return name.type === 'shorthand_property_identifier' ? ownerOfLiteral(parent, around) : null;
    case 'pair':
      return isField(name, 'key') ? ownerOfLiteral(parent.parent!, around) : null;
    case 'object_pattern':
      return name.type === 'shorthand_property_identifier_pattern' ? ownerOfPattern(parent, around) : null;
    case 'object_assignment_pattern':
      return isField(name, 'left') ? ownerOfPattern(parent.parent!, around) : null;
    case 'pair_pattern':
      return isField(name, 'key') ? ownerOfPattern(parent.parent!, around) : null;
    default:
      return null;
  }
}

/** Of `this`, of a variable that is declared with its type, or of what a package or the language has. */
function ownerOfObject(object: Node, around: Around): string | null {
  if (object.type === 'this') return ownerOfThis(object);
  if (object.type !== 'identifier') return null;
  const isBuiltIn = BUILT_IN.test(around.textOf(object)) && around.isFree(object);
  if (isBuiltIn || around.isImported(object, OWN_MODULE)) return ELSEWHERE;
  const declaration = around.declarationOf(object)?.parent ?? null;
  if (declaration === null || !/^(?:required|optional)_parameter$|^variable_declarator$/.test(declaration.type))
    return null;
  return ownerNamed(declaration.childForFieldName('type'), around);
}

function ownerOfThis(self: Node): string | null {
  for (let child = self, { parent } = self; parent !== null; child = parent, parent = parent.parent) {
    if (parent.type === 'class_body') {
      const isOwn = child.type === 'class_static_block' || (IN_CLASS.has(child.type) && !isField(self, 'decorator'));
      return isOwn ? ofClass(parent, child.type === 'class_static_block' || hasWord(child, 'static')) : null;
    }
    if (/^(?:function|generator_function)/.test(parent.type)) return null;
    if (parent.type === 'method_definition' && parent.parent?.type !== 'class_body') return null;
  }
  return null;
}

/** Of a literal that is written where its type is. */
function ownerOfLiteral(literal: Node, around: Around): string | null {
  const { parent } = literal;
  if (parent === null) return null;
  if (/^(?:as|satisfies)_expression$/.test(parent.type)) return ownerNamed(parent.namedChildren[1] ?? null, around);
  return parent.type === 'variable_declarator' ? ownerNamed(parent.childForFieldName('type'), around) : null;
}

function ownerOfPattern(pattern: Node, around: Around): string | null {
  const { parent } = pattern;
  if (parent === null) return null;
  if (/^(?:required|optional)_parameter$/.test(parent.type))
    return ownerNamed(parent.childForFieldName('type'), around);
  if (parent.type !== 'variable_declarator') return null;
  const type = parent.childForFieldName('type');
  const value = parent.childForFieldName('value');
  return type === null ? value && ownerOfObject(value, around) : ownerNamed(type, around);
}

/** Of a type that is one name, perhaps with arguments. */
function ownerNamed(annotation: Node | null, { textOf, typeNamed }: Around): string | null {
  const type = annotation?.type === 'type_annotation' ? (annotation.namedChildren[0] ?? null) : annotation;
  const name = type?.type === 'generic_type' ? type.childForFieldName('name') : type;
  const declared = name?.type === 'type_identifier' ? typeNamed(textOf(name)) : null;
  const body = declared?.childForFieldName('body') ?? declared?.childForFieldName('value') ?? null;
  if (body === null) return null;
  return body.type === 'class_body' ? ofClass(body, false) : ofBody(body);
}

function ofClass({ startIndex }: Node, isStatic: boolean): string {
  return `${startIndex}${isStatic ? ' static' : ''}`;
}

function ofBody({ startIndex }: Node): string {
  return String(startIndex);
}

function hasWord(node: Node, word: string): boolean {
  return node.children.some(({ type }) => type === word);
}
