/** JavaScript, TypeScript and their JSX: the grammars share their nodes. */
import { ofJavaScript } from './reserved.ts';
import type { NameRules } from './rules.ts';

const functions = [
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
  'class_static_block',
];
const types = [
  'class_declaration',
  'abstract_class_declaration',
  'class',
  'interface_declaration',
  'type_alias_declaration',
];
const signatures = [
  'function_signature',
  'method_signature',
  'abstract_method_signature',
  'call_signature',
  'construct_signature',
  'function_type',
  'constructor_type',
];

export const javascript: NameRules = {
  reserved: ofJavaScript,
  names: ['identifier', 'type_identifier', 'shorthand_property_identifier', 'shorthand_property_identifier_pattern'],
  scopes: [
    ...functions,
    ...types,
    ...signatures,
    'statement_block',
    'for_statement',
    'for_in_statement',
    'catch_clause',
    'switch_body',
  ],
  functions,
  declares: [
    'lexical_declaration',
    'formal_parameters',
    'required_parameter.pattern',
    'optional_parameter.pattern',
    'arrow_function.parameter',
    'function_expression.name',
    'generator_function.name',
    'class.name',
    'catch_clause.parameter',
    'for_in_statement.left?kind',
    'type_parameter.name',
    'mapped_type_clause.name',
    'infer_type>type_identifier',
    'enum_declaration.name',
    'internal_module.name',
  ],
  declaresOutside: [
    'function_declaration.name',
    'generator_function_declaration.name',
    'function_signature.name',
    'class_declaration.name',
    'abstract_class_declaration.name',
    'interface_declaration.name',
    'type_alias_declaration.name',
  ],
  declaresInFunction: ['variable_declaration'],
  imports: ['import_specifier.alias', 'import_specifier.name?!alias', 'import_clause', 'namespace_import'],
  foreign: ['import_specifier.name?alias', 'export_statement?source'],
  modules: ['import_statement.source', 'export_statement.source'],
  importsAll: true,
  through: [
    'variable_declarator.name',
    'object_pattern',
    'array_pattern',
    'rest_pattern',
    'assignment_pattern.left',
    'object_assignment_pattern.left',
    'pair_pattern.value',
    // In `export`: with a `from`, it belongs to the other file.
    'export_specifier.name',
    'export_clause',
  ],
  elements: ['jsx_opening_element.name', 'jsx_closing_element.name', 'jsx_self_closing_element.name'],
  others: ['export_specifier.alias', 'namespace_export', 'nested_type_identifier.name', 'jsx_namespace_name'],
  shorthand: ['shorthand_property_identifier', 'shorthand_property_identifier_pattern'],
};
