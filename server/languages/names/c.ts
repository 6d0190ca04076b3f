/** C and C++. Names made by macros are invisible; template parameters are not resolved. */
import { ofC } from './reserved.ts';
import type { NameRules } from './rules.ts';

export const c: NameRules = {
  reserved: ofC,
  names: ['identifier', 'type_identifier', 'namespace_identifier'],
  scopes: [
    'function_definition',
    'lambda_expression',
    'compound_statement',
    'for_statement',
    'for_range_loop',
    'if_statement',
    'while_statement',
    'switch_statement',
    'catch_clause',
    'class_specifier',
    'struct_specifier',
    'union_specifier',
    'namespace_definition',
  ],
  declares: [
    // In a class it is a constructor's, and that name is the class's.
    'declaration.declarator^!field_declaration_list',
    'for_range_loop.declarator',
    'type_definition.declarator',
    'alias_declaration.name',
    'enumerator.name',
    'preproc_def.name',
    'preproc_function_def.name',
    'enum_specifier.name?body',
  ],
  declaresOutside: [
    'function_definition.declarator^!field_declaration_list',
    'struct_specifier.name?body',
    'class_specifier.name?body',
    'union_specifier.name?body',
  ],
  // Names in a prototype are not visible elsewhere.
  declaresInFunction: ['parameter_declaration.declarator', 'optional_parameter_declaration.declarator'],
  functions: [
    'function_definition',
    'lambda_expression',
    'catch_clause',
    'declaration',
    'field_declaration',
    'type_definition',
    'type_descriptor',
  ],
  values: [
    'declaration.declarator',
    'for_range_loop.declarator',
    'function_definition.declarator',
    'parameter_declaration.declarator',
    'optional_parameter_declaration.declarator',
  ],
  notValues: ['*>type_identifier', '*>namespace_identifier'],
  mayBeValues: ['type_descriptor?!declarator'],
  apart: ['struct_specifier.name', 'union_specifier.name', 'enum_specifier.name'],
  imports: [],
  importsAll: false,
  through: [
    'init_declarator.declarator',
    'pointer_declarator.declarator',
    'array_declarator.declarator',
    'function_declarator.declarator',
    'reference_declarator',
    'parenthesized_declarator',
    'structured_binding_declarator',
  ],
  others: ['qualified_identifier.name', 'preproc_params'],
  ofItsScope: ['qualified_identifier.name'],
};
