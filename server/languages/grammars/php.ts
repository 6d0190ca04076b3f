import { cComments, grammarOf, type LanguageEntry } from './entry.ts';

export const php = {
  extensions: ['.php', '.phtml'],
  grammar: () => grammarOf('tree-sitter-php', 'php'),
  query: `
    (function_definition body: (compound_statement) @function)
    (method_declaration body: (compound_statement) @function)
    (anonymous_function body: (compound_statement) @function)
    (compound_statement) @block
    (program (_) @statement)
    (compound_statement (_) @statement)
    (declaration_list (_) @statement)
    (array_creation_expression (array_element_initializer) @member)
    (arguments) @arguments
    (assignment_expression right: (_) @expression)
    (return_statement (_) @expression)
    (comment) @comment`,
  definitions: `
    (function_definition body: (_) @body) @definition
    (method_declaration body: (_) @body) @definition
    (class_declaration body: (_) @body) @definition
    (interface_declaration) @definition
    (trait_declaration body: (_) @body) @definition`,
  comments: cComments,
  opening: /^(?:#!.*\n)?\s*<\?php\b/i,
} as const satisfies LanguageEntry;
