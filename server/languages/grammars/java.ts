import { cComments, grammarOf, type LanguageEntry } from './entry.ts';

export const java = {
  extensions: ['.java'],
  grammar: () => grammarOf('tree-sitter-java'),
  query: `
    (method_declaration body: (block) @function)
    (constructor_declaration body: (constructor_body) @function)
    (lambda_expression body: (block) @function)
    (block) @block
    (program (_) @statement)
    (block (_) @statement)
    (constructor_body (_) @statement)
    (class_body (_) @statement)
    (interface_body (_) @statement)
    (switch_block (_) @statement)
    (enum_body (enum_constant) @member)
    (argument_list) @arguments
    (variable_declarator value: (_) @expression)
    (assignment_expression right: (_) @expression)
    (return_statement (_) @expression)
    (line_comment) @comment
    (block_comment) @comment`,
  definitions: `
    (method_declaration body: (_) @body) @definition
    (constructor_declaration body: (_) @body) @definition
    (class_declaration body: (_) @body) @definition
    (interface_declaration) @definition`,
  comments: cComments,
} as const satisfies LanguageEntry;
