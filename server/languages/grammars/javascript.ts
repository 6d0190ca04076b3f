import { cComments, grammarOf, type LanguageEntry } from './entry.ts';

export const query = `
  (function_declaration body: (statement_block) @function)
  (function_expression body: (statement_block) @function)
  (generator_function_declaration body: (statement_block) @function)
  (arrow_function body: (statement_block) @function)
  (method_definition body: (statement_block) @function)
  (statement_block) @block
  (program (_) @statement)
  (statement_block (_) @statement)
  (class_body (_) @statement)
  (switch_body (_) @statement)
  (object (_) @member)
  (arguments) @arguments
  (variable_declarator value: (_) @expression)
  (assignment_expression right: (_) @expression)
  (return_statement (_) @expression)
  (if_statement condition: (parenthesized_expression (_) @expression))
  (comment) @comment`;

export const definitions = `
  (function_declaration body: (_) @body) @definition
  (generator_function_declaration body: (_) @body) @definition
  (class_declaration body: (_) @body) @definition
  (method_definition body: (_) @body) @definition
  (program (lexical_declaration) @definition)
  (program (export_statement (lexical_declaration) @definition))`;

export const javascript = {
  extensions: ['.js', '.mjs', '.cjs', '.jsx'],
  grammar: () => grammarOf('tree-sitter-javascript'),
  query: `${query}
    (jsx_expression (_) @expression)`,
  definitions,
  comments: cComments,
} as const satisfies LanguageEntry;
