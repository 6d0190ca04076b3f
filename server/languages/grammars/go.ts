import { cComments, grammarOf, type LanguageEntry } from './entry.ts';

export const go = {
  extensions: ['.go'],
  grammar: () => grammarOf('tree-sitter-go'),
  query: `
    (function_declaration body: (block) @function)
    (method_declaration body: (block) @function)
    (func_literal body: (block) @function)
    (block) @block
    (source_file (_) @statement)
    (statement_list (_) @statement)
    (field_declaration_list (_) @statement)
    (literal_value (_) @member)
    (argument_list) @arguments
    (short_var_declaration right: (_) @expression)
    (assignment_statement right: (_) @expression)
    (return_statement (_) @expression)
    (if_statement condition: (_) @expression)
    (comment) @comment`,
  definitions: `
    (function_declaration body: (_) @body) @definition
    (method_declaration body: (_) @body) @definition
    (type_declaration) @definition`,
  comments: cComments,
} as const satisfies LanguageEntry;
