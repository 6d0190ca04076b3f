import { ofGo } from './reserved.ts';
import type { NameRules } from './rules.ts';

/** What declares a variable, which a type or module of the same name is not. */
const VARIABLES = [
  'parameter_declaration.name',
  'variadic_parameter_declaration.name',
  'short_var_declaration.left',
  'range_clause.left?:=',
  'receive_statement.left?:=',
  'type_switch_statement.alias',
  'var_spec.name',
  'const_spec.name',
] as const;

export const go: NameRules = {
  reserved: ofGo,
  names: ['identifier', 'type_identifier'],
  scopes: [
    'function_declaration',
    'method_declaration',
    'func_literal',
    'function_type',
    'type_spec',
    'method_elem',
    'block',
    'if_statement',
    'for_statement',
    'expression_switch_statement',
    'type_switch_statement',
    'expression_case',
    'type_case',
    'default_case',
    'communication_case',
  ],
  declares: [...VARIABLES, 'type_parameter_declaration.name'],
  declaresOutside: ['function_declaration.name', 'type_spec.name', 'type_alias.name'],
  holdsBehind: ['short_var_declaration.left', 'var_spec.name', 'const_spec.name'],
  values: [...VARIABLES, 'function_declaration.name'],
  notValues: ['*>type_identifier'],
  // `handlers[kind](x)` looks like a generic type.
  mayBeValues: ['generic_type.type', 'type_elem'],
  imports: [],
  importsAll: false,
  seesItsFolder: true,
  through: ['expression_list', 'literal_element'],
  // Mostly a field's name before its value; indistinguishable from a variable used as a map's key.
  others: ['keyed_element.key'],
};
