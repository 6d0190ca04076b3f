import type { NameRules } from './rules.ts';

/** Only variables, with their `$`: functions and types are known to all files. */
export const php: NameRules = {
  names: ['variable_name'],
  scopes: ['function_definition', 'method_declaration', 'anonymous_function', 'arrow_function'],
  walls: ['function_definition', 'method_declaration', 'anonymous_function'],
  takes: ['anonymous_function_use_clause'],
  declares: [
    'simple_parameter.name',
    'variadic_parameter.name',
    'property_promotion_parameter.name',
    'assignment_expression.left',
    'reference_assignment_expression.left',
    'augmented_assignment_expression.left',
    'static_variable_declaration.name',
    'global_declaration',
    'catch_clause.name',
    'foreach_statement',
  ],
  declaresOutside: [],
  imports: [],
  importsAll: false,
  through: ['list_literal', 'array_element_initializer', 'pair', 'by_ref'],
  others: ['property_element.name', 'scoped_property_access_expression.name'],
};
