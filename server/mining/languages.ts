import { createRequire } from 'node:module';
import type Parser from 'tree-sitter';

const require = createRequire(import.meta.url);

/**
 * One entry per language. `query` captures, by name:
 * `@function` a function's body, `@block` another body (both with their brackets, where the language has them);
 * `@statement` a node that stands in a sequence of its like; `@member` the same in object and enum literals;
 * `@arguments` an argument list with its brackets; `@expression` a whole value: initializer, returned value, condition;
 * `@comment` a comment. `definitions` captures as `@definition` what other files can name; what stands before its `@body`
 * (where it has one) is its signature. It runs on the top levels of the tree alone, so it is a query of its own.
 */
export interface LanguageEntry {
  readonly extensions: readonly string[];
  /** The grammar package's language object. */
  readonly grammar: () => Parser.Language | Promise<Parser.Language>;
  readonly query: string;
  readonly definitions: string;
  /** Text that starts a line comment, and block comment brackets. */
  readonly comments: { readonly line?: string; readonly block?: readonly [string, string] };
}

const cComments = { line: '//', block: ['/*', '*/'] } as const;

const javascript = `
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

const javascriptDefinitions = `
  (function_declaration body: (_) @body) @definition
  (generator_function_declaration body: (_) @body) @definition
  (class_declaration body: (_) @body) @definition
  (method_definition body: (_) @body) @definition
  (program (lexical_declaration) @definition)
  (program (export_statement (lexical_declaration) @definition))`;

const typescriptDefinitions = `${javascriptDefinitions}
  (abstract_class_declaration body: (_) @body) @definition
  (interface_declaration) @definition
  (type_alias_declaration) @definition
  (enum_declaration) @definition`;

const typescript = `${javascript}
  (interface_body (_) @statement)
  (enum_body (_) @member)`;

const c = `
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

const cDefinitions = `
  (function_definition body: (_) @body) @definition
  (translation_unit (declaration declarator: (function_declarator)) @definition)
  (struct_specifier body: (_)) @definition`;

export const languages = {
  typescript: {
    extensions: ['.ts', '.mts', '.cts'],
    grammar: () => require('tree-sitter-typescript').typescript as Parser.Language,
    query: typescript,
    definitions: typescriptDefinitions,
    comments: cComments,
  },
  tsx: {
    extensions: ['.tsx'],
    grammar: () => require('tree-sitter-typescript').tsx as Parser.Language,
    query: `${typescript}
      (jsx_expression (_) @expression)`,
    definitions: typescriptDefinitions,
    comments: cComments,
  },
  javascript: {
    extensions: ['.js', '.mjs', '.cjs', '.jsx'],
    grammar: () => require('tree-sitter-javascript') as Parser.Language,
    query: `${javascript}
      (jsx_expression (_) @expression)`,
    definitions: javascriptDefinitions,
    comments: cComments,
  },
  python: {
    extensions: ['.py', '.pyi'],
    grammar: () => require('tree-sitter-python') as Parser.Language,
    query: `
      (function_definition body: (block) @function)
      (block) @block
      (module (_) @statement)
      (block (_) @statement)
      (dictionary (pair) @member)
      (argument_list) @arguments
      (assignment right: (_) @expression)
      (return_statement (_) @expression)
      (if_statement condition: (_) @expression)
      (block . (expression_statement (string)) @comment)
      (comment) @comment`,
    definitions: `
      (function_definition body: (_) @body) @definition
      (class_definition body: (_) @body) @definition`,
    comments: { line: '#' },
  },
  go: {
    extensions: ['.go'],
    grammar: () => require('tree-sitter-go') as Parser.Language,
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
  },
  rust: {
    extensions: ['.rs'],
    grammar: () => require('tree-sitter-rust') as Parser.Language,
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
  },
  java: {
    extensions: ['.java'],
    grammar: () => require('tree-sitter-java') as Parser.Language,
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
  },
  c: {
    extensions: ['.c'],
    grammar: () => require('tree-sitter-c') as Parser.Language,
    query: c,
    definitions: cDefinitions,
    comments: cComments,
  },
  cpp: {
    // A header says nothing of its language: C++ reads nearly all of C.
    extensions: ['.cc', '.cpp', '.cxx', '.hpp', '.hh', '.hxx', '.h', '.ipp'],
    grammar: () => require('tree-sitter-cpp') as Parser.Language,
    query: `${c}
      (lambda_expression body: (compound_statement) @function)
      (declaration_list (_) @statement)`,
    definitions: `${cDefinitions}
      (class_specifier body: (_) @body) @definition`,
    comments: cComments,
  },
  csharp: {
    extensions: ['.cs'],
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
  },
  ruby: {
    extensions: ['.rb', '.rake', '.gemspec'],
    grammar: () => require('tree-sitter-ruby') as Parser.Language,
    query: `
      (method body: (body_statement) @function)
      (singleton_method body: (body_statement) @function)
      (block_body) @block
      (body_statement) @block
      (then) @block
      (program (_) @statement)
      (body_statement (_) @statement)
      (block_body (_) @statement)
      (then (_) @statement)
      (hash (pair) @member)
      (argument_list) @arguments
      (assignment right: (_) @expression)
      (if condition: (_) @expression)
      (comment) @comment`,
    definitions: `
      (method body: (_) @body) @definition
      (singleton_method body: (_) @body) @definition
      (class body: (_) @body) @definition
      (module body: (_) @body) @definition`,
    comments: { line: '#' },
  },
  php: {
    extensions: ['.php'],
    grammar: () => require('tree-sitter-php').php as Parser.Language,
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
  },
} as const satisfies Record<string, LanguageEntry>;

export type LanguageName = keyof typeof languages;
