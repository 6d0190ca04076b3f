import { cComments, grammarOf, type LanguageEntry } from './entry.ts';

export const rust = {
  extensions: ['.rs'],
  grammar: () => grammarOf('tree-sitter-rust'),
  query: `
    (function_item body: (block) @function)
    (closure_expression body: (block) @function)
    (block) @block
    (match_block) @block
    (source_file (_) @statement)
    (block (_) @statement)
    (match_block (_) @statement)
    (declaration_list (_) @statement)
    (field_declaration_list (_) @statement)
    (field_initializer_list (_) @member)
    (enum_variant_list (_) @member)
    (arguments) @arguments
    (let_declaration value: (_) @expression)
    (assignment_expression right: (_) @expression)
    (if_expression condition: (_) @expression)
    (line_comment) @comment
    (block_comment) @comment`,
  definitions: `
    (function_item body: (_) @body) @definition
    (function_signature_item) @definition
    (struct_item) @definition
    (enum_item) @definition
    (trait_item body: (_) @body) @definition`,
  comments: cComments,
} as const satisfies LanguageEntry;
