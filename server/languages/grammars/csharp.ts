import type Parser from 'tree-sitter';
import { cComments, type LanguageEntry } from './entry.ts';

export const csharp = {
  extensions: ['.cs', '.csx'],
  // Its package is an ES module with top-level await.
  grammar: async () =>
    ((await import('tree-sitter-c-sharp/bindings/node/index.js')) as { default: Parser.Language }).default,
  query: `
    (method_declaration body: (block) @function)
    (constructor_declaration body: (block) @function)
    (local_function_statement body: (block) @function)
    (lambda_expression body: (block) @function)
    (block) @block
    (compilation_unit (_) @statement)
    (block (_) @statement)
    (declaration_list (_) @statement)
    (switch_section (_) @statement)
    (enum_member_declaration_list (_) @member)
    (initializer_expression (_) @member)
    (argument_list) @arguments
    (variable_declarator (_) "=" (_) @expression)
    (assignment_expression right: (_) @expression)
    (return_statement (_) @expression)
    (comment) @comment`,
  definitions: `
    (method_declaration body: (_) @body) @definition
    (constructor_declaration body: (_) @body) @definition
    (class_declaration body: (_) @body) @definition
    (interface_declaration) @definition
    (record_declaration) @definition
    (struct_declaration body: (_) @body) @definition`,
  comments: cComments,
} as const satisfies LanguageEntry;
