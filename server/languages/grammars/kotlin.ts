import { cComments, grammarOf, type LanguageEntry } from './entry.ts';

export const kotlin = {
  extensions: ['.kt', '.kts'],
  grammar: () => grammarOf('tree-sitter-kotlin'),
  query: `
    (function_body (block) @function)
    (secondary_constructor (block) @function)
    (block) @block
    (lambda_literal) @block
    (source_file (_) @statement)
    (block (_) @statement)
    (lambda_literal (statement) @statement)
    (class_body (_) @statement)
    (when_expression (when_entry) @statement)
    (enum_class_body (enum_entry) @member)
    (value_arguments) @arguments
    (function_body "=" (_) @expression)
    (property_declaration "=" (_) @expression)
    (assignment right: (_) @expression)
    (return_expression (expression) @expression)
    (if_expression condition: (_) @expression)
    (line_comment) @comment
    (block_comment) @comment`,
  // A class without a body, as those of data mostly are, ends with one of these.
  definitions: `
    (function_declaration (function_body) @body) @definition
    (class_declaration (class_body) @body) @definition
    (class_declaration [(primary_constructor) (delegation_specifiers)] .) @definition
    (object_declaration (class_body) @body) @definition`,
  comments: cComments,
} as const satisfies LanguageEntry;
