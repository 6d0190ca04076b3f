import { createRequire } from 'node:module';
import { basename, extname } from 'node:path';
import type Parser from 'tree-sitter';

const require = createRequire(import.meta.url);

/**
 * One entry per language. `query` captures, by name:
 * `@function` a function's body, `@block` another body; both with their brackets, where the language has them;
 * `@statement` a node that stands in a sequence of its like (statements, members).
 */
export interface LanguageEntry {
  readonly extensions: readonly string[];
  /** The grammar package's language object. */
  readonly grammar: () => Parser.Language | Promise<Parser.Language>;
  readonly query: string;
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
  (switch_body (_) @statement)`;

const typescript = `${javascript}
  (interface_body (_) @statement)
  (enum_body (_) @statement)`;

export const languages = {
  typescript: {
    extensions: ['.ts', '.mts', '.cts'],
    grammar: () => require('tree-sitter-typescript').typescript as Parser.Language,
    query: typescript,
    comments: cComments,
  },
  tsx: {
    extensions: ['.tsx'],
    grammar: () => require('tree-sitter-typescript').tsx as Parser.Language,
    query: typescript,
    comments: cComments,
  },
  javascript: {
    extensions: ['.js', '.mjs', '.cjs', '.jsx'],
    grammar: () => require('tree-sitter-javascript') as Parser.Language,
    query: javascript,
    comments: cComments,
  },
  python: {
    extensions: ['.py', '.pyi'],
    grammar: () => require('tree-sitter-python') as Parser.Language,
    query: `
      (function_definition body: (block) @function)
      (block) @block
      (module (_) @statement)
      (block (_) @statement)`,
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
      (field_declaration_list (_) @statement)`,
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
      (field_declaration_list (_) @statement)`,
    comments: cComments,
  },
} as const satisfies Record<string, LanguageEntry>;

export type LanguageName = keyof typeof languages;

const byExtension = new Map<string, LanguageName>(
  (Object.keys(languages) as LanguageName[]).flatMap((name) =>
    languages[name].extensions.map((extension) => [extension, name] as const),
  ),
);

/** The language of a file by its name; null when no grammar of ours reads it. */
export function languageOf(path: string): LanguageName | null {
  return byExtension.get(extname(basename(path)).toLowerCase()) ?? null;
}
