import { ofRust } from './reserved.ts';
import type { NameRules } from './rules.ts';

/** Before `::` or `!`. */
/** What declares a variable, which a type or module of the same name is not. */
const VARIABLES = [
  'parameter.pattern',
  'closure_parameters',
  'let_declaration.pattern',
  'let_condition.pattern',
  'for_expression.pattern',
  'match_arm.pattern',
] as const;

const PATHS = ['scoped_identifier.path', 'scoped_type_identifier.path', 'macro_invocation.macro'];

export const rust: NameRules = {
  reserved: ofRust,
  methodsApart: true,
  names: ['identifier', 'type_identifier', 'shorthand_field_identifier'],
  scopes: [
    'function_item',
    'function_signature_item',
    'closure_expression',
    'block',
    'match_arm',
    'for_expression',
    'while_expression',
    'if_expression',
    'impl_item',
    'trait_item',
    'mod_item',
    'struct_item',
    'enum_item',
    'union_item',
    'type_item',
  ],
  declares: [
    ...VARIABLES,
    'type_parameter.name',
    'const_parameter.name',
    'const_item.name',
    'static_item.name',
    'macro_definition.name',
  ],
  declaresOutside: [
    'function_item.name',
    'function_signature_item.name',
    'struct_item.name',
    'enum_item.name',
    'union_item.name',
    'trait_item.name',
    'type_item.name',
    'mod_item.name',
  ],
  memberScopes: ['impl_item', 'trait_item'],
  holdsBehind: ['let_declaration.pattern', 'let_condition.pattern'],
  shadowsInScope: true,
  values: [...VARIABLES, 'function_item.name'],
  notValues: ['*>type_identifier', ...PATHS],
  apart: ['*>type_identifier', ...PATHS],
  imports: ['use_declaration', 'use_as_clause.alias'],
  foreign: ['use_as_clause.path'],
  modules: ['scoped_identifier.path', 'scoped_use_list.path'],
  importsAll: true,
  through: [
    'tuple_pattern',
    'tuple_struct_pattern.!type',
    'struct_pattern.!type',
    'field_pattern',
    'mut_pattern',
    'ref_pattern',
    'reference_pattern',
    'captured_pattern',
    'slice_pattern',
    'or_pattern',
    'match_pattern.!condition',
    // In `use`.
    'use_list',
    'scoped_use_list.list',
    'scoped_identifier.name',
  ],
  others: [
    'label',
    'lifetime',
    'enum_variant.name',
    'scoped_identifier.name',
    'scoped_type_identifier.name',
    'use_wildcard',
  ],
  refutable: ['match_arm.pattern', 'let_condition.pattern', 'let_declaration.pattern'],
  // What `if let` declares is not visible in `else`.
  evaluatedOutside: ['if_expression.alternative'],
  tokens: ['token_tree'],
  formats: ['string_content'],
  shorthand: ['shorthand_field_initializer', 'shorthand_field_identifier'],
};
