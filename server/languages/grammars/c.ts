import { cComments, grammarOf, type LanguageEntry } from './entry.ts';

const query = `
  (function_definition body: (compound_statement) @function)
  (compound_statement) @block
  (translation_unit (_) @statement)
  (compound_statement (_) @statement)
  (field_declaration_list (_) @statement)
  (case_statement (_) @statement)
  (enumerator_list (_) @member)
  (argument_list) @arguments
  (init_declarator value: (_) @expression)
  (assignment_expression right: (_) @expression)
  (return_statement (_) @expression)
  (comment) @comment`;

const definitions = `
  (function_definition body: (_) @body) @definition
  (translation_unit (declaration declarator: (function_declarator)) @definition)
  (struct_specifier body: (_)) @definition`;

export const c = {
  extensions: ['.c'],
  grammar: () => grammarOf('tree-sitter-c'),
  query,
  definitions,
  comments: cComments,
} as const satisfies LanguageEntry;

export const cpp = {
  // A header's extension does not tell the language: C++ parses nearly all of C.
  extensions: [
    '.cc',
    '.cpp',
    '.cxx',
    '.hpp',
    '.hh',
    '.hxx',
    '.h',
    '.ipp',
    '.inl',
    '.tpp',
    '.txx',
    '.ixx',
    '.cppm',
    '.ino',
  ],
  grammar: () => grammarOf('tree-sitter-cpp'),
  query: `${query}
    (lambda_expression body: (compound_statement) @function)
    (declaration_list (_) @statement)`,
  definitions: `${definitions}
    (class_specifier body: (_) @body) @definition`,
  comments: cComments,
} as const satisfies LanguageEntry;
